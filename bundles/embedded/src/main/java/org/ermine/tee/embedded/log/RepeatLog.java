// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.log;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes log lines about what a stranger can repeat as often as it likes, without letting it fill the log. The first
 * time of each cause is told at once; later times are counted, and told together at most once in an interval. A count
 * that waits is told with the next problem of any cause after the interval, or by {@link #sumUp}.
 *
 * <p>It keeps at most {@value #MOST_CAUSES} causes; what comes beyond them shares one line. Thread-safe, without a lock
 * and without a thread of its own.
 */
public final class RepeatLog {

    /** How many causes are told apart at once. */
    public static final int MOST_CAUSES = 64;

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Stands for all causes for which there is no room. */
    private static final String OTHERS = "others";

    /** Stands for a text that could not be made. */
    private static final String NO_TEXT = "a problem that cannot be described";

    private final Consumer<String> log;
    private final long interval;
    private final LongSupplier clock;
    private final Map<Object, Cause> causes = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep;

    private static final class Cause {
        private static final long ENDED = Long.MIN_VALUE;

        private final Object key;
        private final AtomicLong untold = new AtomicLong();
        /** When it may be told again. */
        private final AtomicLong due;
        /** What was told last; null until the first text was made, whose maker tells all that was counted by then. */
        private volatile String text;

        private Cause(Object key, long now) {
            this.key = key;
            due = new AtomicLong(now);
        }

        /** False if it has ended: who counts has to do it elsewhere. */
        private boolean count() {
            return untold.getAndUpdate(count -> count == ENDED ? count : count + 1) != ENDED;
        }

        /** What is to be told now. */
        private long drain() {
            return Math.max(0, untold.getAndUpdate(count -> count == ENDED ? count : 0));
        }

        /** False if there is something to be told. */
        private boolean end() {
            return untold.compareAndSet(0, ENDED);
        }
    }

    /**
     * Tells of a cause at most once in a minute.
     *
     * @param log takes the lines, for example {@code LOG::warn}
     */
    public RepeatLog(Consumer<String> log) {
        this(log, INTERVAL, System::nanoTime);
    }

    /**
     * Tells of a cause at most once in an interval.
     *
     * @param log takes the lines, for example {@code LOG::warn}
     * @param interval positive
     * @param clock tells the time in nanoseconds from any origin, as {@code System::nanoTime} does
     */
    public RepeatLog(Consumer<String> log, Duration interval, LongSupplier clock) {
        this.log = log;
        this.interval = interval.toNanos();
        this.clock = clock;
        nextSweep = new AtomicLong(clock.getAsLong() + this.interval);
    }

    /**
     * Tells of a problem, or counts it.
     *
     * @param cause what the problems that are told together have in common, with {@code equals}: a constant of the
     *     caller, or a list of one and of whom it concerns. Never what the stranger chose, since each of its choices
     *     would be a new cause
     * @param text the line; asked for only when it is written
     */
    public void tell(Object cause, Supplier<String> text) {
        long now = clock.getAsLong();
        sweep(now);
        Cause of = count(cause, now);
        if (takeTurn(of, now)) {
            tellNow(of, text);
        }
    }

    /** What the caller has counted may have been told meanwhile, by whoever sums up. */
    private void tellNow(Cause cause, Supplier<String> text) {
        String line = NO_TEXT;
        try {
            line = text.get();
        } finally {
            cause.text = line;
            long counted = cause.drain();
            if (counted > 0) {
                write(cause, counted - 1);
            }
        }
    }

    /** Tells of all that was counted and not told: for the end of whatever the problems belong to. */
    public void sumUp() {
        causes.values().forEach(this::writeUntold);
    }

    private Cause count(Object cause, long now) {
        Cause found = cause(cause, now);
        while (!found.count()) {
            causes.remove(found.key, found);
            found = cause(cause, now);
        }
        return found;
    }

    private Cause cause(Object cause, long now) {
        Cause known = causes.get(cause);
        if (known != null) {
            return known;
        }
        Object key = causes.size() < MOST_CAUSES - 1 ? cause : OTHERS;
        return causes.computeIfAbsent(key, fresh -> new Cause(key, now));
    }

    private boolean takeTurn(Cause cause, long now) {
        long due = cause.due.get();
        return now - due >= 0 && cause.due.compareAndSet(due, now + interval);
    }

    /** Tells what waits since an interval, and forgets causes that were quiet for one. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (now - due < 0 || !nextSweep.compareAndSet(due, now + interval)) {
            return;
        }
        for (Cause cause : causes.values()) {
            if (cause.text == null || !takeTurn(cause, now)) {
                continue;
            }
            if (cause.end()) {
                causes.remove(cause.key, cause);
            } else {
                writeUntold(cause);
            }
        }
    }

    private void writeUntold(Cause cause) {
        long more = cause.text == null ? 0 : cause.drain();
        if (more > 0) {
            write(cause, more);
        }
    }

    private void write(Cause cause, long more) {
        log.accept(
                more == 0 ? cause.text : cause.text + " (and " + more + " more of the kind since this was told last)");
    }
}
