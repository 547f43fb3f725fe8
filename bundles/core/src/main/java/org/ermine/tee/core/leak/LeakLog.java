// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.leak;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.ermine.tee.core.support.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which owners lost objects: the first time at once, then at most once per interval, with the number since the
 * last time. It is used by the {@link LeakDetector}'s thread only. Times are those of {@code System.nanoTime}.
 */
final class LeakLog {

    private static final Logger LOG = LoggerFactory.getLogger(LeakLog.class);

    private final String device;
    private final long interval;
    private final Map<Owner, Losses> losses = new HashMap<>();

    private static final class Losses {
        private long count;
        private long due;
    }

    LeakLog(String device, long interval) {
        this.device = device;
        this.interval = interval;
    }

    void lost(Owner owner, long now) {
        Losses of = losses.get(owner);
        if (of == null) {
            of = new Losses();
            of.due = now;
            losses.put(owner, of);
        }
        of.count++;
    }

    /**
     * Logs what is due, and removes owners that have lost nothing more for an interval. Returns the number of logged
     * lines.
     */
    int report(long now) {
        int lines = 0;
        for (Iterator<Map.Entry<Owner, Losses>> all = losses.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Owner, Losses> each = all.next();
            Losses of = each.getValue();
            if (now - of.due >= 0) {
                if (of.count == 0) {
                    all.remove();
                } else {
                    LOG.warn(
                            "{}: {} TEE object(s) of {} were lost without being closed; they are released now",
                            device,
                            of.count,
                            each.getKey());
                    of.count = 0;
                    of.due = now + interval;
                    lines++;
                }
            }
        }
        return lines;
    }

    /** Returns the nanoseconds until {@link #report} has something to do; {@link Long#MAX_VALUE} for never. */
    long nextDue(long now) {
        long next = Long.MAX_VALUE;
        for (Losses of : losses.values()) {
            next = Math.min(next, Math.max(0, of.due - now));
        }
        return next;
    }
}
