// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.embedded.options.TestedOptions;
import org.junit.jupiter.api.Test;

class HealthLimitsTest {

    private final TestedOptions<HealthOptions, HealthLimits> tested =
            new TestedOptions<>(HealthOptions.PID, HealthOptions.class, HealthLimits::read);

    @Test
    void eachNumberIsGoodInItsRangeAndElseLeavesWhatIsInForce() {
        tested.assertRanges();
    }

    @Test
    void withoutOptionsAllIsAsByDefault() {
        assertEquals(new HealthLimits(false, false, List.of(), 10_000, 90, 30_000), tested.defaults());
    }

    @Test
    void handlersThatAreRequiredMayStandInOneTextAndIdsAreWrittenInOneWay() {
        assertEquals(
                List.of("0x7000", "0xb", "clock"),
                required("0x7000, 0X0B,clock ,").requiredHandlers());
        assertEquals(List.of("0x7000", "clock"), required("0x7000", "clock").requiredHandlers());
    }

    private HealthLimits required(String... names) {
        return tested.start(tested.with("requiredHandlers", names)).inForce();
    }

    @Test
    void whatIsNeitherTrueNorFalseLeavesWhatIsInForce() {
        Options<HealthOptions, HealthLimits> options = tested.start(tested.with("developmentAllowed", "True"));

        assertFalse(options.change(tested.with("developmentAllowed", "yes"), Map.of()));

        assertTrue(options.inForce().developmentAllowed());
        assertEquals(1, tested.refusals.size(), tested.refusals::toString);
    }

    @Test
    void aListenerIdThatIsNoNumberLeavesWhatIsInForce() {
        Options<HealthOptions, HealthLimits> options =
                tested.start(tested.with("requiredHandlers", new String[] {"0x7000"}));

        assertFalse(options.change(tested.with("requiredHandlers", new String[] {"0x70g0"}), Map.of()));

        assertEquals(List.of("0x7000"), options.inForce().requiredHandlers());
        assertEquals(
                List.of("option requiredHandlers of org.ermine.tee.monitor is refused: 0x70g0 is no listener id in"
                        + " hexadecimal; what was in force before stays in force"),
                tested.refusals);
    }
}
