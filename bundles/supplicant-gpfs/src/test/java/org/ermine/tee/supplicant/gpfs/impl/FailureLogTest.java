// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final FailureLog log = new FailureLog(now::get);

    @Test
    @DisplayName(
            "ERM-24: given a TEE that fails again and again then one failure of a kind is told, with how many came since")
    void oneOfAKind() {
        assertEquals(0, log.untold(Errno.ENOSPC));
        for (int i = 0; i < 1_000_000; i++) {
            assertEquals(-1, log.untold(Errno.ENOSPC));
        }
        assertEquals(0, log.untold(Errno.EIO), "another kind is told");

        now.addAndGet(FailureLog.QUIET_NANOS - 1);
        assertEquals(-1, log.untold(Errno.ENOSPC));
        now.addAndGet(1);
        assertEquals(1_000_001, log.untold(Errno.ENOSPC));
        assertEquals(-1, log.untold(Errno.ENOSPC));
    }
}
