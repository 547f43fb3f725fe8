// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.util.List;
import org.osgi.framework.ServiceRegistration;

/** A service that is deployed in an {@link InMemoryTee}, until it is closed. */
public final class Deployment implements AutoCloseable {

    private final List<ServiceRegistration<?>> registrations;
    private boolean closed;

    Deployment(List<ServiceRegistration<?>> registrations) {
        this.registrations = registrations;
    }

    /** Takes the service back, as if its bundle stopped. When this returns nothing begins on it any more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            registrations.forEach(ServiceRegistration::unregister);
        }
    }
}
