// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.time.Duration;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * A wake-up whose time passes when the test says so; the task is carried out on the test's thread. Other threads may
 * ask for it meanwhile.
 */
public final class ManualWakeUp implements WakeUp {

    private static final long NEVER = Long.MAX_VALUE;

    private final Runnable task;
    private volatile long now;
    private volatile long due = NEVER;
    private long runs;
    private long planned;
    private boolean ended;

    public ManualWakeUp(Runnable task) {
        this.task = task;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public void by(long time) {
        if (time < due && !ended) {
            due = time;
            planned++;
        }
    }

    @Override
    public boolean end(Runnable last, Duration wait) {
        ended = true;
        due = NEVER;
        last.run();
        return true;
    }

    /** Lets time pass; the task is carried out whenever it is due. */
    public void pass(Duration time) {
        long end = now + time.toNanos();
        while (due <= end) {
            now = Math.max(now, due);
            due = NEVER;
            runs++;
            task.run();
        }
        now = end;
    }

    /** How often the task was carried out. */
    public long runs() {
        return runs;
    }

    /** How often an earlier time than the one planned was asked for, or a time where none was. */
    public long planned() {
        return planned;
    }
}
