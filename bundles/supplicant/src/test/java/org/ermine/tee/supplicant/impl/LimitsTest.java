// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.options.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    private final List<String> refusals = new ArrayList<>();

    private Options<SupplicantConfiguration, Limits> start(SupplicantConfiguration configured) {
        return new Options<>(
                SupplicantConfiguration.PID, SupplicantConfiguration.class, configured, Limits::read, refusals::add);
    }

    private static SupplicantConfiguration with(String option, Object value) {
        return (SupplicantConfiguration) Proxy.newProxyInstance(
                SupplicantConfiguration.class.getClassLoader(),
                new Class<?>[] {SupplicantConfiguration.class},
                (proxy, asked, none) -> asked.getName().equals(option) ? value : asked.getDefaultValue());
    }

    @ParameterizedTest
    @CsvSource({"timeLimitMillis, 1, 86400000", "drainMillis, 0, 86400000", "graceMillis, 0, 86400000"})
    void an_option_is_good_from_the_least_to_the_most_and_else_leaves_what_is_in_force(
            String option, long least, long most) {
        var options = start(with(option, least));
        options.change(with(option, most));
        assertEquals(List.of(), refusals);
        var before = options.inForce();

        assertFalse(options.change(with(option, least - 1)));
        assertFalse(options.change(with(option, most + 1)));

        assertEquals(before, options.inForce());
        String range = ", not " + least + " to " + most + "; what was in force before stays in force";
        assertEquals(
                List.of(
                        "option " + option + " of " + SupplicantConfiguration.PID + " is " + (least - 1) + range,
                        "option " + option + " of " + SupplicantConfiguration.PID + " is " + (most + 1) + range),
                refusals);
    }

    @Test
    void threads_are_at_least_as_many_as_workers() {
        Options<SupplicantConfiguration, Limits> options = start(with("workers", 64));

        assertFalse(options.change(with("workers", 65)));
        assertFalse(options.change(with("maxThreads", 3)));

        assertEquals(64, options.inForce().workers());
        assertEquals(2, refusals.size(), refusals::toString);
    }

    @Test
    void workers_and_threads_have_bounds() {
        Options<SupplicantConfiguration, Limits> options = start(with("maxThreads", 4096));

        assertFalse(options.change(with("workers", 0)));
        assertFalse(options.change(with("maxThreads", 4097)));
        assertFalse(options.change(with("maxNesting", 1025)));
        assertFalse(options.change(with("spinMicros", 1001)));

        assertEquals(4096, options.inForce().maxThreads());
    }
}
