// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.time.Duration;
import java.util.Set;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators of failures that they can mend. A TEE may try again and again, so of each error number one failure is
 * told in ten minutes, with its cause and how many came since the last one. Thread safe.
 */
final class FailureLog {

    static final Duration QUIET = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private static final Set<Integer> OPERATORS =
            Set.of(FileErrno.EIO, FileErrno.EAGAIN, FileErrno.ENOSPC, FileErrno.EDQUOT, FileErrno.EROFS);

    private final RepeatLog failures;

    FailureLog() {
        this(new RepeatLog(LOG::warn, QUIET, System::nanoTime));
    }

    FailureLog(RepeatLog failures) {
        this.failures = failures;
    }

    void failed(int command, int error, Exception failure) {
        if (OPERATORS.contains(error)) {
            failures.tell(
                    error, () -> "command " + command + " failed with error " + error + ": " + FailureText.of(failure));
        } else {
            LOG.debug("command {} answered with error {}: {}", command, error, failure.toString());
        }
    }

    /** Logs the failures that were counted and not logged yet. */
    void end() {
        failures.sumUp();
    }
}
