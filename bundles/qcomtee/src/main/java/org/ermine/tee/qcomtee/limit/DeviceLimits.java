// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * What the backend bounds.
 *
 * @param callbackNanos how long callbacks of an invocation may take if the client says nothing
 * @param spinNanos how long a client looks out at the most for the answer to a callback before it lets its thread sleep
 * @param sleepMillis the longest that QTEE may let a thread sleep
 * @param exports the most objects of the normal world that QTEE may hold
 * @param userObjects the most callback objects of one context that QTEE may hold
 * @param closeNanos how long the end of the device waits for contexts and releases
 * @param releaseAttempts how often the release of a TEE object is tried
 * @param graceNanos how long QTEE may go on calling back when an invocation should end
 * @param abandonedBytes how much memory of one owner's message buffers QTEE may keep before its invocations are refused
 * @param ownerObjects the most objects of one owner that QTEE may hold
 * @param ownerMessageBytes how much memory the large messages of one owner may take while they are under way
 * @param ownerNotifications how many release notifications of one owner may wait before it hands nothing more over
 * @param releaseThreads how many releases of TEE objects may be held up in QTEE before all others wait
 */
public record DeviceLimits(
        long callbackNanos,
        long spinNanos,
        int sleepMillis,
        int exports,
        int userObjects,
        long closeNanos,
        int releaseAttempts,
        long graceNanos,
        long abandonedBytes,
        long ownerObjects,
        long ownerMessageBytes,
        long ownerNotifications,
        int releaseThreads) {

    public static DeviceLimits read(OptionReader<QcomTeeConfiguration> options) {
        int exports = options.integer(QcomTeeConfiguration::exports);
        return new DeviceLimits(
                TimeUnit.MILLISECONDS.toNanos(options.integer(QcomTeeConfiguration::callbackMillis)),
                spinNanos(options.integer(QcomTeeConfiguration::spinMicros)),
                options.integer(QcomTeeConfiguration::sleepMillis),
                exports,
                options.integer(QcomTeeConfiguration::userObjects),
                TimeUnit.MILLISECONDS.toNanos(options.integer(QcomTeeConfiguration::closeMillis)),
                options.integer(QcomTeeConfiguration::releaseAttempts),
                TimeUnit.MILLISECONDS.toNanos(options.integer(QcomTeeConfiguration::graceMillis)),
                options.number(QcomTeeConfiguration::abandonedKiB) << 10,
                OwnerShares.part(exports, options.integer(QcomTeeConfiguration::ownerSharePercent)),
                options.number(QcomTeeConfiguration::ownerMessageMiB) << 20,
                options.integer(QcomTeeConfiguration::ownerNotifications),
                options.integer(QcomTeeConfiguration::releaseThreads));
    }

    /** On a single processor, what is waited for cannot happen while a thread spins. */
    private static long spinNanos(int micros) {
        return Runtime.getRuntime().availableProcessors() == 1 ? 0 : TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** Which limit a result of an invocation stands for; empty for none. */
    public String explain(int result) {
        if (result == TeeResult.TIMEOUT.code()) {
            return "the callbacks of one invocation have " + TimeUnit.NANOSECONDS.toMillis(callbackNanos)
                    + " ms together (option callbackMillis of " + QcomTeeConfiguration.PID
                    + "), or less if their client or handler says so; a handler that took too long is named in the log";
        }
        return result == TeeResult.BUSY.code()
                ? "somebody who would have to serve it is busy or has used up a share; which one is named in the log"
                : "";
    }
}
