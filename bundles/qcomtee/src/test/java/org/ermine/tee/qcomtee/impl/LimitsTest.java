// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

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

    private Options<QcomTeeConfiguration, Limits> start(QcomTeeConfiguration configured) {
        return new Options<>(
                QcomTeeConfiguration.PID, QcomTeeConfiguration.class, configured, Limits::read, refusals::add);
    }

    private static QcomTeeConfiguration with(String option, Object value) {
        return (QcomTeeConfiguration) Proxy.newProxyInstance(
                QcomTeeConfiguration.class.getClassLoader(),
                new Class<?>[] {QcomTeeConfiguration.class},
                (proxy, asked, none) -> !asked.getName().equals(option)
                        ? asked.getDefaultValue()
                        : asked.getReturnType() == int.class ? ((Number) value).intValue() : value);
    }

    @ParameterizedTest
    @CsvSource({
        "callbackMillis, 1, 86400000",
        "spinMicros, 0, 1000",
        "sleepMillis, 0, 60000",
        "exports, 1, 2000000000",
        "userObjects, 1, 2000000000",
        "closeMillis, 0, 600000",
        "releaseAttempts, 1, 1000"
    })
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
                        "option " + option + " of " + QcomTeeConfiguration.PID + " is " + (least - 1) + range,
                        "option " + option + " of " + QcomTeeConfiguration.PID + " is " + (most + 1) + range),
                refusals);
    }

    @Test
    void an_ownership_of_arguments_that_there_is_not_leaves_what_is_in_force() {
        Options<QcomTeeConfiguration, Settings> options = new Options<>(
                QcomTeeConfiguration.PID,
                QcomTeeConfiguration.class,
                with("arguments", "LOCKED"),
                Settings::read,
                refusals::add);

        assertFalse(options.change(with("arguments", "BORROWED")));

        assertEquals(ArgumentOwnership.LOCKED, options.inForce().ownership());
        assertEquals(
                List.of(
                        "option arguments of org.ermine.tee.qcomtee is refused: BORROWED is not HAND_OVER or LOCKED; what was"
                                + " in force before stays in force"),
                refusals);
    }
}
