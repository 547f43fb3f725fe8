// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.ermine.tee.embedded.whiteboard.OfferedServices;
import org.ermine.tee.embedded.whiteboard.Rights;
import org.ermine.tee.embedded.whiteboard.ServiceUse;
import org.ermine.tee.embedded.whiteboard.UnusableServiceException;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bundles offer to the secure world in one kind of service, with those that clients do not reach and why. Called
 * in the framework's service events, and when permissions change, on any thread. When {@link #remove} returns, the
 * secure world has let go of the service.
 *
 * @param <K> the service property by which clients name one
 */
final class TrustedOffers<K, S> {

    /** What differs between the kinds. */
    record Kind<K, S>(String name, String key, Class<K> keyType, Opening<K, S> opening, Consumer<S> closing) {}

    /** Takes a service into the secure world. */
    @FunctionalInterface
    interface Opening<K, S> {
        /** @throws IllegalArgumentException if it cannot be one; the message says why */
        void open(K key, S service, Map<String, ?> properties);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TrustedOffers.class);

    private final Kind<K, S> kind;
    private final BundleContext bundleContext;
    private final Permissions permissions;
    private final OfferedServices<S, OfferProperties, Offer> services;
    private final AtomicLong openings = new AtomicLong();

    /** One service. Its monitor guards whether it is in the secure world, and whether it is gone. */
    private final class Offer {
        private final OfferedService<S> offered;
        private final OfferProperties properties;
        private S service;
        /** Tells each time apart that any of them came into the secure world. */
        private long opening;

        private boolean gone;
        /** Whether the service was in the secure world and its object was not given back yet. */
        private boolean had;

        Offer(OfferedService<S> offered, OfferProperties properties) {
            this.offered = offered;
            this.properties = properties;
        }

        /** @return whether it is kept: one that has gone meanwhile is not */
        synchronized boolean open(S arrived) throws UnusableServiceException {
            if (gone) {
                return false;
            }
            try {
                kind.opening().open(kind.keyType().cast(properties.key()), arrived, offered.properties());
                service = arrived;
                opening = openings.incrementAndGet();
                had = true;
                return true;
            } catch (IllegalArgumentException e) {
                throw new UnusableServiceException(e.getMessage());
            }
        }

        /** Null if it is not in the secure world. */
        synchronized Long opening() {
            return service == null ? null : opening;
        }

        synchronized void close() {
            gone = true;
            S open = service;
            service = null;
            if (open != null) {
                kind.closing().accept(open);
            }
        }

        /** @return whether its object is to be given back */
        synchronized boolean end() {
            boolean ended = had;
            had = false;
            return ended;
        }
    }

    /** A service comes into the secure world and goes. Nothing is waited for: a call that is in it ends there. */
    private final class Use implements ServiceUse<S, OfferProperties, Offer> {

        @Override
        public String describe(OfferedService<S> service) {
            return "trusted " + kind.name() + " of " + properties(service);
        }

        @Override
        public OfferProperties parse(OfferedService<S> service) throws UnusableServiceException {
            OfferProperties properties = properties(service);
            if (!kind.keyType().isInstance(properties.key())) {
                throw new UnusableServiceException(wrongKey(properties.key()));
            }
            return properties;
        }

        @Override
        public String permissionName(OfferProperties properties) {
            return properties.key() instanceof Integer uid
                    ? Integer.toUnsignedString(uid)
                    : String.valueOf(properties.key());
        }

        @Override
        public Offer prepare(OfferedService<S> service, OfferProperties properties) {
            return new Offer(service, properties);
        }

        @Override
        public boolean begin(Offer offer, S object) throws UnusableServiceException {
            return offer.open(object);
        }

        @Override
        public boolean update(Offer offer, OfferProperties changed) {
            return offer.properties.equals(changed);
        }

        @Override
        public void refuse(Offer offer) {
            offer.close();
        }

        @Override
        public void retire(Offer offer) {
            offer.close();
        }

        @Override
        public boolean end(Offer offer, Duration drain, Thread asking) {
            return offer.end();
        }
    }

    /** @param onChange called when what {@link #failed} tells may have changed; must not block */
    TrustedOffers(Kind<K, S> kind, BundleContext bundleContext, Permissions permissions, Runnable onChange) {
        this.kind = kind;
        this.bundleContext = bundleContext;
        this.permissions = permissions;
        // Bundles can offer again and again what cannot be used.
        RepeatLog problems = new RepeatLog(LOG::warn);
        this.services = new OfferedServices<>(
                new Use(),
                Right.TRUSTED,
                Duration.ZERO,
                new OwnerThreads<>("ermine-trusted-services", problems),
                problems,
                onChange);
    }

    private OfferedService<S> offered(ServiceReference<S> reference) {
        Bundle bundle = reference.getBundle();
        return new OfferedService<>(
                reference,
                properties(reference),
                bundle == null ? "a bundle that is gone" : OwnerName.of(bundle),
                () -> bundleContext.getService(reference),
                () -> bundleContext.ungetService(reference),
                new Rights(permissions, bundle));
    }

    /**
     * Returns the properties as they are at present, whatever the case of their names: what is checked, reached and
     * told of a service is one and the same.
     */
    private static Map<String, Object> properties(ServiceReference<?> reference) {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        properties.putAll(FrameworkUtil.asMap(reference.getProperties()));
        return properties;
    }

    private OfferProperties properties(OfferedService<S> service) {
        return OfferProperties.of(service, kind.key());
    }

    void add(ServiceReference<S> reference) {
        services.add(offered(reference));
    }

    /**
     * The same for one that was registered before, so that the calling thread is not its bundle's: may return before it
     * is there.
     */
    void addPresent(ServiceReference<S> reference) {
        services.addPresent(offered(reference));
    }

    /** Waits for those present, but not for long. */
    void awaitPresent() {
        services.awaitPresent();
    }

    /**
     * Permissions changed: what bundles may not offer any more goes, what they may now comes. Waits for no bundle for
     * long.
     */
    void decide() {
        services.checkPermissions();
    }

    /** The properties of a service changed: where it is another service by them, it is replaced by itself. */
    void update(ServiceReference<S> reference) {
        services.update(offered(reference));
    }

    void remove(ServiceReference<S> reference) {
        services.remove(reference);
    }

    /**
     * What clients reach by each key: the number of the time that it came into the secure world. The same service has
     * another one after it went and came again, since no object of it from before is left.
     */
    Map<K, Long> reached() {
        Map<K, Long> reached = new HashMap<>();
        services.all().stream()
                .map(offer -> offer.use())
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(offer -> offer.properties))
                .forEach(offer ->
                        reached.computeIfAbsent(kind.keyType().cast(offer.properties.key()), key -> offer.opening()));
        return reached;
    }

    List<FailedTrustedServiceDTO> failed() {
        List<FailedTrustedServiceDTO> failed = new ArrayList<>();
        Map<Object, OfferProperties> best = new HashMap<>();
        for (Listed each : listed()) {
            String reason = each.failure();
            if (reason == null) {
                OfferProperties taker = best.putIfAbsent(each.properties().key(), each.properties());
                reason = taker == null ? null : takenBy(taker, each.properties());
            }
            if (reason != null) {
                failed.add(describe(each.properties(), reason));
            }
        }
        return failed;
    }

    /** @param failure null for one that is in the secure world */
    private record Listed(OfferProperties properties, String failure) {}

    /** The one that clients reach first. */
    private List<Listed> listed() {
        return services.all().stream()
                .map(offer -> new Listed(
                        offer.properties() == null ? properties(offer.service()) : offer.properties(), offer.failure()))
                .sorted(Comparator.comparing(Listed::properties))
                .toList();
    }

    private String takenBy(OfferProperties taker, OfferProperties other) {
        return kind.key() + " " + other.key() + " is taken by " + taker
                + (taker.ranking() > other.ranking() ? ", which has a higher ranking" : ", which was there before");
    }

    private FailedTrustedServiceDTO describe(OfferProperties properties, String reason) {
        FailedTrustedServiceDTO dto = new FailedTrustedServiceDTO();
        dto.kind = kind.name();
        dto.name = Objects.toString(properties.key(), "");
        dto.bundle = properties.bundle();
        dto.serviceId = properties.serviceId();
        dto.reason = reason;
        return dto;
    }

    private String wrongKey(Object key) {
        return kind.key() + " is "
                + (key == null
                        ? "missing"
                        : "of type " + key.getClass().getSimpleName() + ", expected "
                                + kind.keyType().getSimpleName());
    }
}
