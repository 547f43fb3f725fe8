// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.FailureText;

/** What it takes to register a listener, one after the other. */
enum RegistrationStep {
    CONTEXT("no context"),
    MEMORY("no shared memory"),
    CLIENT("not registered as a client"),
    SERVICE("no access to the service for listeners"),
    LISTENER("not registered");

    /** Something that the TEE, or core for it, may refuse. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws TeeException;
    }

    private final String failure;

    RegistrationStep(String failure) {
        this.failure = failure;
    }

    /** What is the matter if it fails. */
    String failure() {
        return failure;
    }

    /** Carries it out as this step. */
    <T> T carryOut(Call<T> call) throws RefusedStepException {
        try {
            return call.call();
        } catch (TeeException e) {
            throw new RefusedStepException(this, e);
        } catch (Throwable e) {
            // It concerns this listener, or this step: the others are still to be tried.
            throw new RefusedStepException(this, new TeeException(TeeResult.ERROR, FailureText.detailed(e)));
        }
    }
}
