// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.options.TestedOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private final TestedOptions<QcomTeeConfiguration, DeviceLimits> tested =
            new TestedOptions<>(QcomTeeConfiguration.PID, QcomTeeConfiguration.class, DeviceLimits::read);

    @Test
    void eachNumberIsGoodInItsRangeAndElseLeavesWhatIsInForce() {
        tested.assertRanges();
    }

    @Test
    @DisplayName(
            "ERM-23: given a result that stands for a limit, then it is explained with the limit, its value and its"
                    + " option")
    void aResultThatStandsForALimitIsExplained() {
        DeviceLimits limits = tested.defaults();

        String timeout = limits.explain(TeeResult.TIMEOUT.code());
        assertTrue(
                timeout.startsWith("the callbacks of one invocation have 30000 ms together (option callbackMillis of"
                        + " org.ermine.tee.qcomtee)"),
                timeout);
        assertFalse(limits.explain(TeeResult.BUSY.code()).isEmpty());
        assertEquals("", limits.explain(TeeResult.ERROR.code()));
    }
}
