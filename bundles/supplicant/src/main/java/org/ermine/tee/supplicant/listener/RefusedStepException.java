// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import org.ermine.tee.TeeException;

/** A step towards the registration of a listener failed. */
final class RefusedStepException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RegistrationStep step;
    private final TeeException refusal;

    RefusedStepException(RegistrationStep step, TeeException refusal) {
        super(step.failure() + ": " + refusal.getMessage(), refusal);
        this.step = step;
        this.refusal = refusal;
    }

    RegistrationStep step() {
        return step;
    }

    TeeException refusal() {
        return refusal;
    }
}
