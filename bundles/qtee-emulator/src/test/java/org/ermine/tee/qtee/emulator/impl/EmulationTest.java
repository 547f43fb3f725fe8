// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.ermine.tee.options.Options;
import org.ermine.tee.options.TestedOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationTest {

    private final TestedOptions<EmulatorConfiguration, Emulation> tested =
            new TestedOptions<>(EmulatorConfiguration.PID, EmulatorConfiguration.class, Emulation::read);

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
        tested.assertRange(option, least, most);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5.2", "5.2.0.1", "5.2.x", "1024.0.0", "0.0.4096", "-1.0.0"})
    void a_version_that_is_none_leaves_what_is_in_force(String version) {
        Options<EmulatorConfiguration, Emulation> options = tested.start(tested.with("qteeVersion", "6.1.7"));

        assertFalse(options.change(tested.with("qteeVersion", version)));

        assertEquals(Settings.version("6.1.7"), options.inForce().settings().qteeVersion());
        assertEquals(1, tested.refusals.size(), tested.refusals::toString);
    }

    @Test
    void without_options_all_is_as_by_default() {
        assertEquals(new Emulation(null, Settings.defaults()), tested.defaults());
    }
}
