// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.options.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationTest {

    private final List<String> refusals = new ArrayList<>();

    private Options<EmulatorConfiguration, Emulation> start(EmulatorConfiguration configured) {
        return new Options<>(
                EmulatorConfiguration.PID, EmulatorConfiguration.class, configured, Emulation::read, refusals::add);
    }

    private static EmulatorConfiguration with(String option, Object value) {
        return (EmulatorConfiguration) Proxy.newProxyInstance(
                EmulatorConfiguration.class.getClassLoader(),
                new Class<?>[] {EmulatorConfiguration.class},
                (proxy, asked, none) -> !asked.getName().equals(option)
                        ? asked.getDefaultValue()
                        : asked.getReturnType() == int.class ? ((Number) value).intValue() : value);
    }

    @ParameterizedTest
    @CsvSource({
        "maxObjects, 16, 4194304",
        "heapMiB, 1, 4095",
        "maxApplications, 1, 4096",
        "maxListeners, 1, 4096",
        "listenerWaitMillis, 1, 3600000",
        "stopMillis, 0, 3600000"
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
                        "option " + option + " of " + EmulatorConfiguration.PID + " is " + (least - 1) + range,
                        "option " + option + " of " + EmulatorConfiguration.PID + " is " + (most + 1) + range),
                refusals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5.2", "5.2.0.1", "5.2.x", "1024.0.0", "0.0.4096", "-1.0.0"})
    void a_version_that_is_none_leaves_what_is_in_force(String version) {
        Options<EmulatorConfiguration, Emulation> options = start(with("qteeVersion", "6.1.7"));

        assertFalse(options.change(with("qteeVersion", version)));

        assertEquals(Settings.version("6.1.7"), options.inForce().settings().qteeVersion());
        assertEquals(1, refusals.size(), refusals::toString);
    }

    @Test
    void without_options_all_is_as_by_default() {
        assertEquals(
                new Emulation(null, Settings.defaults()),
                start(with("stateDirectory", " ")).inForce());
    }
}
