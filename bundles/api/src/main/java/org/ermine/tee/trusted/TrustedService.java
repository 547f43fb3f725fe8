// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A trusted service that clients open by its number, through {@code IClientEnv.open}. An OSGi service with the property
 * {@value #UID}, usually declared with {@link QteeService}. Objects of a service that goes away become DEFUNCT.
 */
@ConsumerType
@FunctionalInterface
public interface TrustedService {

    /** Service property, an Integer: the UID under which clients open the service. Required. */
    String UID = "qtee.uid";

    /**
     * Opens the service for a client.
     *
     * @throws TeeException with the result for the client, for example 11 (PRIVILEGE of IOpener) if it may not open it
     */
    TrustedObject open(TrustedClient client) throws TeeException;
}
