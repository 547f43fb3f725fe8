// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import org.ermine.tee.supplicant.handler.Handler;

/**
 * A listener that a TEE does not know.
 *
 * @param name the name of the listener
 * @param bundle the bundle of the handler that waits
 * @param serviceId the service of that handler; another handler may be accepted
 * @param cause why the TEE does not know it
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
