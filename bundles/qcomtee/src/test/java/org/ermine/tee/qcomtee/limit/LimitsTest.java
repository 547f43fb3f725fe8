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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    private final TestedOptions<QcomTeeConfiguration, DeviceLimits> tested =
            new TestedOptions<>(QcomTeeConfiguration.PID, QcomTeeConfiguration.class, DeviceLimits::read);

    @ParameterizedTest
    @CsvSource({
        "callbackMillis, 1, 86400000",
        "spinMicros, 0, 1000",
        "sleepMillis, 0, 60000",
        "exports, 1, 2000000000",
        "userObjects, 1, 2000000000",
        "closeMillis, 0, 600000",
        "releaseAttempts, 1, 1000",
        "releaseThreads, 1, 64",
        "graceMillis, 0, 60000",
        "abandonedKiB, 1, 4194304",
        "ownerSharePercent, 1, 100",
        "ownerMessageMiB, 8, 65536",
        "ownerNotifications, 1, 2000000000"
    })
    void anOptionIsGoodFromTheLeastToTheMostAndElseLeavesWhatIsInForce(String option, long least, long most) {
        tested.assertRange(option, least, most);
    }

    @Test
    @DisplayName(
            "ERM-23: given a result that stands for a limit, then it is explained with the limit, its value and its option")
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
