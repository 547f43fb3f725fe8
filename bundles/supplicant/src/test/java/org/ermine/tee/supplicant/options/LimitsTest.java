// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.embedded.options.TestedOptions;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private final TestedOptions<SupplicantConfiguration, Limits> tested =
            new TestedOptions<>(SupplicantConfiguration.PID, SupplicantConfiguration.class, Limits::read);

    @Test
    void eachNumberIsGoodInItsRangeAndElseLeavesWhatIsInForce() {
        tested.assertRanges("workers", "maxThreads");
    }

    @Test
    void threadsAreAtLeastAsManyAsWorkers() {
        Options<SupplicantConfiguration, Limits> options = tested.start(tested.with("workers", 64));

        assertFalse(options.change(tested.with("workers", 65), Map.of()));
        assertFalse(options.change(tested.with("maxThreads", 3), Map.of()));

        assertEquals(64, options.inForce().workers());
        assertEquals(2, tested.refusals.size(), tested.refusals::toString);
    }

    @Test
    void workersAndThreadsHaveBounds() {
        Options<SupplicantConfiguration, Limits> options = tested.start(tested.with("maxThreads", 4096));

        assertFalse(options.change(tested.with("workers", 0), Map.of()));
        assertFalse(options.change(tested.with("maxThreads", 4097), Map.of()));

        assertEquals(4096, options.inForce().maxThreads());
    }
}
