// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;

/**
 * Why a TEE does not know a listener, and when to try again.
 *
 * @param name of the listener
 * @param bundle of the handler for which it was tried
 * @param serviceId that handler; another one is tried at once
 * @param retryMillis the back-off; negative if trying again makes no sense
 * @param since {@link System#nanoTime()} of the attempt
 */
record RegistrationProblem(String name, String bundle, long serviceId, String reason, long retryMillis, long since) {

    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 30_000;

    private static final int NOT_ALLOWED_FROM_THIS_VM = 14;

    /** What a TEE will answer tomorrow as well; the same numbers mean nothing better when the service is opened. */
    private static final Set<TeeResult> FINAL = Set.of(
            TeeResult.of(ListenerRegistry.ERROR_ALIGNMENT),
            TeeResult.of(ListenerRegistry.ERROR_ID_RESERVED),
            TeeResult.of(NOT_ALLOWED_FROM_THIS_VM));

    static RegistrationProblem of(Handler<?> handler, TeeException e, RegistrationProblem before) {
        long retry = before == null || before.retryMillis < 0
                ? FIRST_RETRY_MILLIS
                : Math.min(before.retryMillis * 2, LAST_RETRY_MILLIS);
        boolean hopeless = FINAL.contains(e.result()) && e.errno().isEmpty();
        return new RegistrationProblem(
                handler.properties().name(),
                handler.bundle(),
                handler.properties().serviceId(),
                "the TEE does not take it as listener: " + e.getMessage() + (hopeless ? "" : "; will be tried again"),
                hopeless ? -1 : retry,
                System.nanoTime());
    }

    boolean isRetried() {
        return retryMillis >= 0;
    }

    /** Whether it is too early for another attempt. */
    boolean postpones(long candidate) {
        return candidate == serviceId
                && (!isRetried() || System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(retryMillis));
    }
}
