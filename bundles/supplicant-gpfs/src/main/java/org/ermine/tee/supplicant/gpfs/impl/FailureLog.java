// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an operator of failures that are his to mend. A TEE may try again and again, so of each error number one is told in
 * ten minutes, with its cause and how many came since the last one. Thread safe; {@code this} guards {@code told}.
 */
final class FailureLog {

    static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private static final Set<Integer> OPERATORS =
            Set.of(Errno.EIO, Errno.EAGAIN, Errno.ENOSPC, Errno.EDQUOT, Errno.EROFS);

    private record Told(long at, long untold) {}

    private final LongSupplier nanoTime;
    private final Map<Integer, Told> told = new HashMap<>();

    FailureLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void failed(int command, int error, Exception failure) {
        long untold = OPERATORS.contains(error) ? untold(error) : -1;
        if (untold < 0) {
            LOG.debug("command {} answered with error {}: {}", command, error, failure.toString());
        } else {
            LOG.warn(
                    "command {} failed with error {}; {} more such since the last line",
                    command,
                    error,
                    untold,
                    failure);
        }
    }

    /** How many are to be told of together with one that comes now; -1 if that one is not told of now. */
    synchronized long untold(int error) {
        long now = nanoTime.getAsLong();
        Told last = told.get(error);
        boolean isDue = last == null || now - last.at() >= QUIET_NANOS;
        long untold = last == null ? 0 : last.untold();
        told.put(error, isDue ? new Told(now, 0) : new Told(last.at(), untold + 1));
        return isDue ? untold : -1;
    }
}
