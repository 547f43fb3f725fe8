// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service for clients. To register and to unregister it calls listeners of other bundles, so it is done without a
 * lock. {@code state} goes from NEW to PUBLISHED to WITHDRAWN. A thread that finds, after it registered the service,
 * that it was withdrawn meanwhile, unregisters it itself.
 */
final class ClientService {

    private static final Logger LOG = LoggerFactory.getLogger(ClientService.class);

    private enum State {
        NEW,
        PUBLISHED,
        WITHDRAWN
    }

    private final Function<Dictionary<String, ?>, ServiceRegistration<?>> registering;
    private final BooleanSupplier servesMore;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile ServiceRegistration<?> registration;
    /** Whether something changed that may have come too early to be announced. */
    private volatile boolean changed;

    /**
     * @param registering registers it with these properties
     * @param servesMore whether bundles can have it now that had got none
     */
    ClientService(Function<Dictionary<String, ?>, ServiceRegistration<?>> registering, BooleanSupplier servesMore) {
        this.registering = registering;
        this.servesMore = servesMore;
    }

    /** @return whether something changed while it was registered, so that it is to be looked at again */
    boolean publish(Map<String, ?> properties) {
        if (state.get() != State.NEW) {
            return false;
        }
        registration = registering.apply(new Hashtable<>(properties));
        if (!state.compareAndSet(State.NEW, State.PUBLISHED)) {
            unregister();
            return false;
        }
        return changed;
    }

    /**
     * Notes that something changed, and returns whether bundles that had got nothing can get it now: Declarative
     * Services do not ask again for a service that they did not get. If the service is just being registered, the
     * thread that does so looks again.
     */
    boolean isToBeRenewed() {
        changed = true;
        return state.get() == State.PUBLISHED && servesMore.getAsBoolean();
    }

    /** Changes the properties, which listeners compare with their filters. */
    void update(Map<String, ?> properties) {
        if (state.get() != State.PUBLISHED) {
            return;
        }
        try {
            registration.setProperties(new Hashtable<>(properties));
        } catch (IllegalStateException e) {
            LOG.debug("{} goes while something of it changes", registration);
        }
    }

    void end() {
        if (state.getAndSet(State.WITHDRAWN) == State.PUBLISHED) {
            unregister();
        }
    }

    private void unregister() {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("the framework has unregistered {} already", registration);
        }
    }
}
