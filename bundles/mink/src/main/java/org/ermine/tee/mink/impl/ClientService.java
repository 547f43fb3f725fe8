// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service for clients. To register, change and unregister it calls listeners of other bundles. Whoever does so is
 * in turn, and holds no lock.
 */
final class ClientService {

    private static final Logger LOG = LoggerFactory.getLogger(ClientService.class);

    private final Function<Dictionary<String, ?>, ServiceRegistration<?>> registering;
    private final BooleanSupplier servesMore;
    /** Null until it is registered. */
    private ServiceRegistration<?> registration;

    /**
     * @param registering registers it with these properties
     * @param servesMore whether bundles can have it now that had got none
     */
    ClientService(Function<Dictionary<String, ?>, ServiceRegistration<?>> registering, BooleanSupplier servesMore) {
        this.registering = registering;
        this.servesMore = servesMore;
    }

    void publish(Map<String, ?> properties) {
        if (registration == null) {
            registration = registering.apply(new Hashtable<>(properties));
        }
    }

    /**
     * Returns whether bundles that had got nothing can get it now: Declarative Services do not ask again for a service
     * that they did not get.
     */
    boolean isToBeRenewed() {
        return registration != null && servesMore.getAsBoolean();
    }

    /** Changes the properties, which listeners compare with their filters. */
    void update(Map<String, ?> properties) {
        if (registration == null) {
            return;
        }
        try {
            registration.setProperties(new Hashtable<>(properties));
        } catch (IllegalStateException e) {
            LOG.debug("{} goes while something of it changes", registration);
        }
    }

    void end() {
        if (registration == null) {
            return;
        }
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("the framework has unregistered {} already", registration);
        }
    }
}
