// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.FailureText;

/** The steps of a registration of a listener, in their order. */
enum RegistrationStep {
    CONTEXT("no context"),
    MEMORY("no shared memory"),
    CLIENT("not registered as a client"),
    SERVICE("no access to the service for listeners"),
    LISTENER("not registered");

    /** What is done in a step. The TEE may refuse it, or core for the TEE. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws TeeException;
    }

    private final String failure;

    RegistrationStep(String failure) {
        this.failure = failure;
    }

    /** Returns what is the matter if the step fails. */
    String failure() {
        return failure;
    }

    /** Carries {@code call} out as this step. */
    <T> T carryOut(Call<T> call) throws RefusedStepException {
        try {
            return call.call();
        } catch (TeeException e) {
            throw new RefusedStepException(this, e);
        } catch (Throwable e) {
            // It concerns this listener, or this step. The other listeners are still to be tried.
            throw new RefusedStepException(this, new TeeException(TeeResult.ERROR, FailureText.detailed(e)));
        }
    }
}
