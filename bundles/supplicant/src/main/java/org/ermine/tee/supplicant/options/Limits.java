// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.options;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    public static Limits read(OptionReader<SupplicantConfiguration> options) {
        int workers = options.integer(SupplicantConfiguration::workers);
        int maxThreads = options.integer(SupplicantConfiguration::maxThreads);
        if (maxThreads < workers) {
            options.refuse("maxThreads", "is " + maxThreads + ", not at least the number of workers, " + workers);
            maxThreads = workers;
        }
        return new Limits(
                workers,
                maxThreads,
                options.integer(SupplicantConfiguration::maxThreadsPerOwner),
                options.integer(SupplicantConfiguration::maxNesting),
                spinNanos(options.integer(SupplicantConfiguration::spinMicros)),
                Duration.ofMillis(options.number(SupplicantConfiguration::timeLimitMillis)),
                Duration.ofMillis(options.number(SupplicantConfiguration::drainMillis)),
                Duration.ofMillis(options.number(SupplicantConfiguration::graceMillis)));
    }

    /** Returns 0 on a single processor, where what is waited for cannot happen while a thread spins. */
    private static long spinNanos(int micros) {
        return Runtime.getRuntime().availableProcessors() == 1 ? 0 : TimeUnit.MICROSECONDS.toNanos(micros);
    }
}
