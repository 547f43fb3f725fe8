// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.options;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * What the supplicant bounds.
 *
 * @param workers threads that carry out callbacks at the same time, of which one bundle occupies all but one
 * @param maxThreads workers including those that wait or are held, at least {@code workers}
 * @param maxThreadsPerOwner how many of them may wait for, or be held by, callbacks of one owner
 * @param maxNesting how many callbacks one thread carries out within one another
 * @param spinNanos how long an idle worker looks out at the most for the next callback before it sleeps
 * @param timeLimit how long one callback may take
 * @param drain how long the unregistering of a handler waits for requests in progress
 * @param grace how long requests wait for a handler's successor
 */
public record Limits(
        int workers,
        int maxThreads,
        int maxThreadsPerOwner,
        int maxNesting,
        long spinNanos,
        Duration timeLimit,
        Duration drain,
        Duration grace) {

    private static final int MOST_WORKERS = 1024;
    private static final int MOST_THREADS = 4096;
    /** As many levels of small handlers as a worker's stack is sure to hold. */
    private static final int MOST_NESTING = 1024;

    public static Limits read(OptionReader<SupplicantConfiguration> options) {
        int workers = options.integer("workers", SupplicantConfiguration::workers, 1, MOST_WORKERS);
        int maxThreads = options.integer("maxThreads", SupplicantConfiguration::maxThreads, 1, MOST_THREADS);
        if (maxThreads < workers) {
            options.refuse("maxThreads", "is " + maxThreads + ", not at least the number of workers, " + workers);
            maxThreads = workers;
        }
        return new Limits(
                workers,
                maxThreads,
                options.integer("maxThreadsPerOwner", SupplicantConfiguration::maxThreadsPerOwner, 1, MOST_THREADS),
                options.integer("maxNesting", SupplicantConfiguration::maxNesting, 1, MOST_NESTING),
                spinNanos(options.integer("spinMicros", SupplicantConfiguration::spinMicros, 0, 1000)),
                millis(options, "timeLimitMillis", SupplicantConfiguration::timeLimitMillis, 1),
                millis(options, "drainMillis", SupplicantConfiguration::drainMillis, 0),
                millis(options, "graceMillis", SupplicantConfiguration::graceMillis, 0));
    }

    /** On a single processor, what is waited for cannot happen while one spins. */
    private static long spinNanos(int micros) {
        return Runtime.getRuntime().availableProcessors() == 1 ? 0 : TimeUnit.MICROSECONDS.toNanos(micros);
    }

    private static Duration millis(
            OptionReader<SupplicantConfiguration> options,
            String option,
            ToLongFunction<SupplicantConfiguration> value,
            long least) {
        return Duration.ofMillis(
                options.number(option, value, least, Duration.ofDays(1).toMillis()));
    }
}
