// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.trusted.OpenableService;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes known to clients what they can open: an {@link OpenableService} for each trusted service and application that
 * is reached, another one where another takes its place. Each is registered and unregistered on a thread of its own, in
 * turn: it activates and deactivates clients, which may not return, and holds up nothing but what is told of this one.
 *
 * <p>{@code this} guards {@code present} and {@code closed}; it is not held while a service is registered or
 * unregistered.
 *
 * @param <K> by what clients name one
 */
final class OpenableServices<K> {

    private static final Logger LOG = LoggerFactory.getLogger(OpenableServices.class);

    /** How long to wait at the end until all clients know. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final OpenableService MARK = new OpenableService() {};

    /** @param opening what stands for the service that is reached */
    private record Known(long opening, ServiceRegistration<OpenableService> registration) {}

    private final BundleContext bundle;
    private final String property;
    private final Supplier<Map<K, Long>> reached;
    private final OwnerThreads<K> announcements;
    private final Map<K, Known> present = new HashMap<>();
    private boolean closed;

    /**
     * @param property by which clients name one
     * @param reached what they can open at present: by each name a number, another one if no object that they opened
     *     before is left
     */
    OpenableServices(BundleContext bundle, String property, Supplier<Map<K, Long>> reached) {
        this.bundle = bundle;
        this.property = property;
        this.reached = reached;
        this.announcements = new OwnerThreads<>("ermine-openable", new RepeatLog(LOG::warn));
    }

    /** What is reached may have changed. Does not wait until all know. */
    void changed() {
        Map<K, Long> now = reached.get();
        names(now).stream()
                .filter(name -> !isKnown(name, now.get(name)))
                .forEach(name -> announcements.execute(name, () -> announce(name)));
    }

    /** Nothing can be opened any more. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        for (K name : names(Map.of())) {
            announcements.execute(name, () -> announce(name));
        }
        announcements.awaitAll(PATIENCE);
    }

    private synchronized Set<K> names(Map<K, Long> now) {
        Set<K> names = new HashSet<>(now.keySet());
        names.addAll(present.keySet());
        return names;
    }

    private synchronized boolean isKnown(K name, Long opening) {
        Known known = present.get(name);
        return known == null ? opening == null : opening != null && known.opening() == opening;
    }

    /** On the thread of this name: what is told in the end is how it is then. */
    private void announce(K name) {
        try {
            Long opening = present(name);
            while (!isKnown(name, opening)) {
                unregister(name);
                if (opening != null) {
                    register(name, opening);
                }
                opening = present(name);
            }
        } catch (IllegalStateException e) {
            LOG.debug("{} {} is not announced: the bundle stops", property, name);
        }
    }

    private Long present(K name) {
        synchronized (this) {
            if (closed) {
                return null;
            }
        }
        return reached.get().get(name);
    }

    private void unregister(K name) {
        Known known;
        synchronized (this) {
            known = present.remove(name);
        }
        if (known != null) {
            try {
                known.registration().unregister();
            } catch (IllegalStateException e) {
                LOG.debug("the framework has unregistered {} already", name);
            }
        }
    }

    private void register(K name, long opening) {
        Map<String, Object> properties =
                Map.of(property, name, TeeDevice.DEVICE_NAME, EmulatorComponent.NAME, TeeDevice.DEVELOPMENT, true);
        ServiceRegistration<OpenableService> registration =
                bundle.registerService(OpenableService.class, MARK, new Hashtable<>(properties));
        synchronized (this) {
            present.put(name, new Known(opening, registration));
        }
    }
}
