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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.spi.OwnerThreads;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.Permissions.Right;
import org.ermine.tee.spi.Separately;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bundles offer to the secure world in one kind of service, with those that clients do not reach and why. Called in the
 * framework's service events, and when permissions change, on any thread. When {@link #remove} returns, the secure world has let
 * go of the service.
 *
 * @param <K> the service property by which clients name one
 */
final class OfferedServices<K, S> {

    /** What differs between the kinds. */
    record Kind<K, S>(String name, String key, Class<K> keyType, Opening<K, S> opening, Consumer<S> closing) {}

    /** Takes a service into the secure world. */
    @FunctionalInterface
    interface Opening<K, S> {
        /** @throws IllegalArgumentException if it cannot be one; the message says why */
        void open(K key, S service, Map<String, ?> properties);
    }

    /** Where foreign code of a bundle runs: to get and to give back a service object is such. */
    @FunctionalInterface
    private interface Place {
        void run(String bundle, Runnable code);
    }

    private static final Logger LOG = LoggerFactory.getLogger(OfferedServices.class);
    /** In a service event: its thread is that of who registers or unregisters. */
    private static final Place HERE = (bundle, code) -> code.run();
    /** How long to wait for foreign code where the services of all bundles are treated in turn. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Kind<K, S> kind;
    private final BundleContext bundleContext;
    private final Permissions permissions;
    private final Runnable onChange;
    /** Bundles can offer again and again what cannot be used. */
    private final RepeatLog problems = new RepeatLog(LOG::warn);

    private final OwnerThreads<String> bundles =
            new OwnerThreads<>("ermine-trusted-services", OfferedServices.class, problems);
    private final Map<ServiceReference<S>, Offer> offers = new ConcurrentHashMap<>();

    /** One service. Guards by its monitor whether it is in the secure world, and gone. */
    private final class Offer {
        final ServiceReference<S> reference;
        final OfferProperties properties;
        /** Null as long as there is none. */
        volatile String failure;
        /** Whether that is because its bundle may not offer it. */
        volatile boolean refused;

        private S service;
        private boolean gone;

        Offer(ServiceReference<S> reference) {
            this.reference = reference;
            properties = OfferProperties.of(reference, kind.key());
        }

        void fail(String reason) {
            failure = reason;
            problems.tell(
                    List.of("unusable", properties.bundle()),
                    () -> "The trusted " + kind.name() + " of " + properties + " cannot be used: " + reason);
        }

        /** Permissions have told of it. */
        Offer refuse(String reason) {
            failure = reason;
            refused = true;
            return this;
        }

        String name() {
            return properties.key() instanceof Integer uid
                    ? Integer.toUnsignedString(uid)
                    : String.valueOf(properties.key());
        }

        /** @return whether it is kept: one that has gone meanwhile is not */
        synchronized boolean open(S arrived) {
            if (gone) {
                return false;
            }
            try {
                kind.opening()
                        .open(
                                kind.keyType().cast(properties.key()),
                                arrived,
                                FrameworkUtil.asMap(reference.getProperties()));
                service = arrived;
                return true;
            } catch (IllegalArgumentException e) {
                fail(e.getMessage());
                return false;
            }
        }

        /** @return whether there was a service object, which is to be given back */
        synchronized boolean close() {
            gone = true;
            if (service == null) {
                return false;
            }
            kind.closing().accept(service);
            service = null;
            return true;
        }
    }

    /** @param onChange called when what {@link #failed} tells may have changed; must not block */
    OfferedServices(Kind<K, S> kind, BundleContext bundleContext, Permissions permissions, Runnable onChange) {
        this.kind = kind;
        this.bundleContext = bundleContext;
        this.permissions = permissions;
        this.onChange = onChange;
    }

    /**
     * The offer is there before the service object is, so that a service that goes meanwhile is found by remove, and before it is
     * judged again, so that who changes permissions meanwhile finds it, or it is judged by the new ones.
     */
    void add(ServiceReference<S> reference) {
        add(reference, HERE);
    }

    /** The same for one that was registered before, so that the calling thread is not its bundle's: may return before it is there. */
    void addPresent(ServiceReference<S> reference) {
        add(reference, bundles::execute);
    }

    /** Waits for those present, but not for long. */
    void awaitPresent() {
        bundles.awaitAll(PATIENCE);
    }

    private void add(ServiceReference<S> reference, Place place) {
        Offer offer = new Offer(reference);
        offers.put(reference, offer);
        if (!kind.keyType().isInstance(offer.properties.key())) {
            offer.fail(wrongKey(offer.properties.key()));
            onChange.run();
        } else {
            String refusal = refusal(offer);
            if (refusal == null) {
                open(offer, place);
            } else {
                offer.refuse(refusal);
                onChange.run();
            }
        }
        judge(reference, place);
    }

    /** Why the bundle may not offer it, which is counted; null if it may. */
    private String refusal(Offer offer) {
        try {
            permissions.require(offer.reference.getBundle(), Right.TRUSTED, offer.name());
            return null;
        } catch (TeeException e) {
            return e.getMessage();
        } catch (RuntimeException | Error e) {
            return "whether its bundle may offer it cannot be judged: " + e;
        }
    }

    private boolean isPermitted(Offer offer) {
        try {
            return permissions.permits(offer.reference.getBundle(), Right.TRUSTED, offer.name());
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    /** Permissions changed: what bundles may not offer any more goes, what they may now comes. Waits for no bundle for long. */
    void judge() {
        Separately.forEach(
                offers.keySet(),
                reference -> judge(reference, bundles::execute),
                (reference, thrown) -> notInOrder(OfferProperties.of(reference, kind.key()), thrown));
        bundles.awaitAll(PATIENCE);
    }

    private void notInOrder(OfferProperties offered, Throwable thrown) {
        problems.tell(
                List.of("not in order", offered.bundle()),
                () -> "The trusted " + kind.name() + " of " + offered + " was not treated in order: " + thrown);
    }

    private void judge(ServiceReference<S> reference, Place place) {
        Offer offer = offers.get(reference);
        while (offer != null && isMisjudged(offer)) {
            if (offer.refused) {
                admit(offer, place);
            } else {
                withdraw(offer, place);
                onChange.run();
            }
            offer = offers.get(reference);
        }
    }

    /** Whether permissions say otherwise than when it was taken or refused. */
    private boolean isMisjudged(Offer offer) {
        boolean open = offer.failure == null;
        return (open || offer.refused) && open != isPermitted(offer);
    }

    private void admit(Offer refused, Place place) {
        Offer admitted = new Offer(refused.reference);
        if (offers.replace(refused.reference, refused, admitted)) {
            open(admitted, place);
        }
    }

    private void withdraw(Offer offer, Place place) {
        String refusal = refusal(offer);
        if (refusal == null) {
            return;
        }
        boolean hadService = true;
        try {
            hadService = offer.close();
        } finally {
            offers.replace(offer.reference, offer, new Offer(offer.reference).refuse(refusal));
            if (hadService) {
                place.run(offer.properties.bundle(), () -> bundleContext.ungetService(offer.reference));
            }
        }
    }

    private void open(Offer offer, Place place) {
        place.run(offer.properties.bundle(), () -> {
            if (offers.get(offer.reference) == offer) {
                open(offer);
                onChange.run();
            }
        });
    }

    private void open(Offer offer) {
        S object;
        try {
            object = bundleContext.getService(offer.reference);
        } catch (RuntimeException | Error e) {
            offer.fail("its service object cannot be had: " + e);
            return;
        }
        if (object == null) {
            offer.fail("its bundle gives no service object; where its constructor threw, the log tells what");
        } else if (!offer.open(object)) {
            bundleContext.ungetService(offer.reference);
        }
    }

    /** One that is now another one is replaced by itself. */
    void update(ServiceReference<S> reference) {
        Offer known = offers.get(reference);
        if (known != null && !known.properties.equals(OfferProperties.of(reference, kind.key()))) {
            remove(reference);
            add(reference);
        }
    }

    void remove(ServiceReference<S> reference) {
        Offer offer = offers.remove(reference);
        if (offer == null) {
            return;
        }
        if (offer.close()) {
            bundleContext.ungetService(reference);
        }
        onChange.run();
    }

    List<FailedTrustedServiceDTO> failed() {
        List<FailedTrustedServiceDTO> failed = new ArrayList<>();
        Map<Object, Offer> best = new HashMap<>();
        List<Offer> sorted = offers.values().stream()
                .sorted(Comparator.comparing(offer -> offer.properties))
                .toList();
        for (Offer offer : sorted) {
            String reason = offer.failure;
            if (reason == null) {
                Offer taker = best.putIfAbsent(offer.properties.key(), offer);
                reason = taker == null ? null : takenBy(taker, offer);
            }
            if (reason != null) {
                failed.add(describe(offer, reason));
            }
        }
        return failed;
    }

    private String takenBy(Offer taker, Offer offer) {
        return kind.key() + " " + offer.properties.key() + " is taken by " + taker.properties
                + (taker.properties.ranking() > offer.properties.ranking()
                        ? ", which has a higher ranking"
                        : ", which was there before");
    }

    private FailedTrustedServiceDTO describe(Offer offer, String reason) {
        FailedTrustedServiceDTO dto = new FailedTrustedServiceDTO();
        dto.kind = kind.name();
        dto.name = Objects.toString(offer.properties.key(), "");
        dto.bundle = offer.properties.bundle();
        dto.serviceId = offer.properties.serviceId();
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
