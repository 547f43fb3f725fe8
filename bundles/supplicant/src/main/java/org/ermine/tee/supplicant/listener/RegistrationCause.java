// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;

/**
 * Why a TEE does not know a listener. What keeps others from being registered as well is one cause for all of them.
 *
 * @param result what was answered
 * @param errno null unless the step did not reach the TEE or its outcome is not known
 * @param listener the one listener that it keeps from being registered; null if it concerns all of them
 */
record RegistrationCause(RegistrationStep step, TeeResult result, Errno errno, Integer listener) {

    private static final int NOT_ALLOWED_FROM_THIS_VM = 14;

    /** The answers of the last step that will not change. In other steps the same numbers have other meanings. */
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

    /**
     * Returns whether the refusal concerns the one listener. The service's answers do, but for one that it has no room;
     * those of the transport do not, which does not know what is registered.
     */
    private static boolean isAboutTheListener(TeeException refusal) {
        return refusal.errno().isEmpty()
                && refusal.result().code() > 0
                && refusal.result().code() != ListenerRegistry.ERROR_MAX_REGISTERED;
    }

    /** Returns whether there is no point in trying again with the same handler. */
    boolean isFinal() {
        return listener != null && FINAL.contains(result);
    }

    /**
     * Returns whether a listener that was never tried would fail too. Whether memory is lacking depends on its size.
     */
    boolean concernsNewOnes() {
        return listener == null && step != RegistrationStep.MEMORY;
    }

    boolean isLackOfRoom() {
        return step == RegistrationStep.LISTENER
                && errno == null
                && result.code() == ListenerRegistry.ERROR_MAX_REGISTERED;
    }

    /**
     * Returns whether it mostly ends by itself, and soon: another registration of the same id, or nobody to serve
     * callbacks.
     */
    boolean isPassing() {
        return isIdInUse() || (errno == Errno.ENODEV && result.equals(TeeResult.UNAVAIL));
    }

    private boolean isIdInUse() {
        return listener != null && result.code() == ListenerRegistry.ERROR_ID_IN_USE;
    }

    /** Returns whether the operator has not permitted it. */
    boolean isRefusedRight() {
        return errno == Errno.EACCES;
    }
}
