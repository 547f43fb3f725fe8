// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;

/**
 * Why a TEE does not know a listener: what keeps others from being registered as well is one cause for all of them.
 *
 * @param result what was answered
 * @param errno null unless the step did not reach the TEE or its outcome is not known
 * @param listener the one listener that it keeps from being registered; null if it concerns all of them
 */
record RegistrationCause(RegistrationStep step, TeeResult result, Errno errno, Integer listener) {

    private static final int NOT_ALLOWED_FROM_THIS_VM = 14;

    /** What a TEE will answer tomorrow as well; the same numbers mean nothing better in other steps. */
    private static final Set<TeeResult> FINAL = Set.of(
            TeeResult.of(ListenerRegistry.ERROR_ALIGNMENT),
            TeeResult.of(ListenerRegistry.ERROR_ID_RESERVED),
            TeeResult.of(NOT_ALLOWED_FROM_THIS_VM));

    static RegistrationCause of(RefusedStepException e, int listener) {
        TeeException refusal = e.refusal();
        boolean own = e.step() == RegistrationStep.LISTENER && isAboutTheListener(refusal);
        return new RegistrationCause(
                e.step(), refusal.result(), refusal.errno().orElse(null), own ? (Integer) listener : null);
    }

    /** All that the service answers, but that it has no room; the transport does not look at what is registered. */
    private static boolean isAboutTheListener(TeeException refusal) {
        return refusal.errno().isEmpty()
                && refusal.result().code() > 0
                && refusal.result().code() != ListenerRegistry.ERROR_MAX_REGISTERED;
    }

    /** Whether there is no point in trying again with the same handler. */
    boolean isFinal() {
        return listener != null && FINAL.contains(result);
    }

    /** Whether a listener that was never tried would fail too: for memory that depends on how much it needs. */
    boolean concernsNewOnes() {
        return listener == null && step != RegistrationStep.MEMORY;
    }

    boolean isLackOfRoom() {
        return step == RegistrationStep.LISTENER
                && errno == null
                && result.code() == ListenerRegistry.ERROR_MAX_REGISTERED;
    }

    /**
     * Whether it mostly ends by itself, and soon: another registration of the same id, or nobody to serve callbacks.
     */
    boolean isPassing() {
        return isIdInUse() || (errno == Errno.ENODEV && result.equals(TeeResult.UNAVAIL));
    }

    private boolean isIdInUse() {
        return listener != null && result.code() == ListenerRegistry.ERROR_ID_IN_USE;
    }

    /** Whether the operator has not permitted it. */
    boolean isRefusedRight() {
        return errno == Errno.EACCES;
    }
}
