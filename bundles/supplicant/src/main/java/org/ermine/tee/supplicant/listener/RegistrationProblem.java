// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import org.ermine.tee.supplicant.handler.Handler;

/**
 * That a TEE does not know a listener.
 *
 * @param name of the listener
 * @param bundle of the handler that waits for it
 * @param serviceId that handler; with another one it may be different
 * @param cause why
 * @param reason the cause in words
 */
record RegistrationProblem(String name, String bundle, long serviceId, RegistrationCause cause, String reason) {

    static RegistrationProblem of(Handler<?> handler, RegistrationCause cause, String reason) {
        return new RegistrationProblem(
                handler.properties().name(),
                handler.bundle(),
                handler.properties().serviceId(),
                cause,
                reason);
    }

    boolean concerns(Handler<?> handler) {
        return serviceId == handler.properties().serviceId();
    }
}
