// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.ermine.tee.spi.support.Separately;

/**
 * All services of one kind, those in use and those that cannot be, with the reason. Called in the framework's service
 * events, on any thread. Events for one service come one after the other, but for changes of its properties, which its
 * bundle can bring about on several threads at once. When {@link #remove} returns, its use has ended and nothing here
 * refers to it; unless it is just being refused or replaced, then it ends within the drain time.
 *
 * <p>To get and to give back a service object is foreign code, which may not return. In a service event it runs on the
 * thread of whoever registers or unregisters, and holds up that. Where all services are treated in turn it runs on a
 * thread of their bundle: so what is refused is refused whatever another bundle does.
 *
 * <p>No lock: a concurrent map holds the offers. Each change takes out or replaces the offer that it saw, and does
 * nothing where another came first.
 */
public final class OfferedServices<S, P, U> {

    /** Where foreign code of a bundle runs. */
    @FunctionalInterface
    private interface Place {
        void run(String bundle, Runnable code);
    }

    private static final Place HERE = (bundle, code) -> code.run();
    /** How long to wait for foreign code, beyond the drain time. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ServiceUse<S, P, U> use;
    private final Right right;
    private final Duration drain;
    private final OwnerThreads<String> bundles;
    private final RepeatLog problems;
    private final Runnable onChange;
    private final ConcurrentMap<Object, Offer<S, P, U>> offers = new ConcurrentHashMap<>();

    /**
     * @param right what a bundle needs to offer such a service
     * @param drain how long the end of a service waits for work in progress
     * @param bundles where foreign code runs while the services of all bundles are treated in turn
     * @param problems where to tell of services that cannot be used
     * @param onChange called when a service came, went or changed, or one that cannot be used; must not block
     */
    public OfferedServices(
            ServiceUse<S, P, U> use,
            Right right,
            Duration drain,
            OwnerThreads<String> bundles,
            RepeatLog problems,
            Runnable onChange) {
        this.use = use;
        this.right = right;
        this.drain = drain;
        this.bundles = bundles;
        this.problems = problems;
        this.onChange = onChange;
    }

    /** A service was registered. */
    public void add(OfferedService<S> service) {
        add(service, HERE);
    }

    /**
     * The same for one that was registered before, so that the calling thread is not its bundle's: may return before it
     * is in use.
     */
    public void addPresent(OfferedService<S> service) {
        add(service, bundles::execute);
    }

    /** Waits for those present, but not for long. */
    public void awaitPresent() {
        bundles.awaitAll(PATIENCE);
    }

    private void add(OfferedService<S> service, Place place) {
        Offer<S, P, U> offer = offer(service);
        enter(offer, offers.put(service.key(), offer), place);
    }

    private Offer<S, P, U> offer(OfferedService<S> service) {
        try {
            return checked(service, use.parse(service));
        } catch (UnusableServiceException e) {
            return unusable(service, e);
        }
    }

    private Offer<S, P, U> unusable(OfferedService<S> service, UnusableServiceException e) {
        problems.tell(
                List.of("unusable", service.bundle()),
                () -> "The " + use.describe(service) + " cannot be used: " + e.getMessage());
        return new Offer<>(service, null, null, e.getMessage());
    }

    private Offer<S, P, U> checked(OfferedService<S> service, P properties) {
        String refusal = service.rights().refusal(right, use.permissionName(properties));
        return refusal == null ? permitted(service, properties) : new Offer<>(service, properties, null, refusal);
    }

    private Offer<S, P, U> permitted(OfferedService<S> service, P properties) {
        return new Offer<>(service, properties, use.prepare(service, properties), null);
    }

    /**
     * The offer is there before the service object is, so that a service that goes meanwhile is found by remove, and
     * before it is checked again, so that whoever changes permissions meanwhile finds it, or it is checked by the new
     * ones.
     *
     * @param former whose place it has taken, which ends first, whatever that brings about; null if there was none
     */
    private void enter(Offer<S, P, U> offer, Offer<S, P, U> former, Place place) {
        try {
            if (former != null) {
                leave(former);
            }
        } finally {
            enter(offer, place);
        }
    }

    private void enter(Offer<S, P, U> offer, Place place) {
        try {
            if (offer.isInUse()) {
                place.run(offer.service().bundle(), () -> begin(offer));
            } else {
                onChange.run();
            }
        } finally {
            checkPermission(offer.service().key(), place);
        }
    }

    private void begin(Offer<S, P, U> offer) {
        OfferedService<S> service = offer.service();
        if (!isSameUse(offer, offers.get(service.key()))) {
            return;
        }
        try {
            if (begin(offer, object(service))) {
                onChange.run();
            }
        } catch (UnusableServiceException e) {
            Offer<S, P, U> unusable = unusable(service, e);
            offers.computeIfPresent(service.key(), (key, present) -> isSameUse(offer, present) ? unusable : present);
            onChange.run();
        }
    }

    /** Whether it is still there, though its properties may have changed. */
    private boolean isSameUse(Offer<S, P, U> offer, Offer<S, P, U> present) {
        return present != null && present.use() == offer.use();
    }

    private boolean begin(Offer<S, P, U> offer, S object) throws UnusableServiceException {
        boolean begun = false;
        try {
            begun = use.begin(offer.use(), object);
            return begun;
        } finally {
            if (!begun) {
                offer.service().unget().run();
            }
        }
    }

    private static <S> S object(OfferedService<S> service) throws UnusableServiceException {
        S object;
        try {
            object = service.get().get();
        } catch (Throwable e) {
            throw new UnusableServiceException("its service object cannot be had: " + FailureText.of(e));
        }
        if (object == null) {
            throw new UnusableServiceException(
                    "its bundle gives no service object; where its constructor threw, the log tells what");
        }
        return object;
    }

    /**
     * Permissions changed: services of bundles that may not offer them any more go, those of others that may now come.
     * Waits for little more than the drain time at the most, however many bundles do not come to an end. Services of
     * one bundle end one after the other, each within the drain time: so the last of several that hang may end later
     * than this returns.
     */
    public void checkPermissions() {
        Separately.forEach(offers.keySet(), key -> checkPermission(key, bundles::execute), this::notInOrder);
        bundles.awaitAll(drain.plus(PATIENCE));
    }

    private void notInOrder(Object key, Throwable thrown) {
        Offer<S, P, U> offer = offers.get(key);
        if (offer != null) {
            tellNotInOrder(offer, thrown);
        }
    }

    private void tellNotInOrder(Offer<S, P, U> offer, Throwable thrown) {
        problems.tell(
                List.of("not in order", offer.service().bundle()),
                () -> "The " + use.describe(offer.service()) + " was not treated in order: " + FailureText.of(thrown));
    }

    /** Beside service events: an offer that one of them takes out is theirs. */
    private void checkPermission(Object key, Place place) {
        Offer<S, P, U> offer = offers.get(key);
        while (offer != null && isOutdated(offer)) {
            if (offer.isInUse()) {
                refuse(offer, place);
            } else {
                admit(offer, place);
            }
            offer = offers.get(key);
        }
    }

    /** Whether permissions say otherwise than when it was taken or refused. */
    private boolean isOutdated(Offer<S, P, U> offer) {
        return (offer.isInUse() || offer.isRefused())
                && offer.isInUse() != offer.service().rights().permit(right, use.permissionName(offer.properties()));
    }

    private void admit(Offer<S, P, U> refused, Place place) {
        Offer<S, P, U> permitted = permitted(refused.service(), refused.properties());
        if (offers.replace(refused.service().key(), refused, permitted)) {
            place.run(permitted.service().bundle(), () -> begin(permitted));
        }
    }

    private void refuse(Offer<S, P, U> offer, Place place) {
        String refusal = offer.service().rights().refusal(right, use.permissionName(offer.properties()));
        if (refusal == null) {
            return;
        }
        try {
            use.refuse(offer.use());
        } finally {
            if (markRefused(offer, refusal)) {
                changedAndEnd(offer, place);
            }
        }
    }

    /** Also where its properties changed meanwhile, since the use that was refused is the one that it has then. */
    private boolean markRefused(Offer<S, P, U> offer, String refusal) {
        Object key = offer.service().key();
        Offer<S, P, U> present = offers.get(key);
        while (isSameUse(offer, present)) {
            if (offers.replace(key, present, new Offer<>(present.service(), present.properties(), null, refusal))) {
                return true;
            }
            present = offers.get(key);
        }
        return false;
    }

    /** The properties of a service changed. One that cannot go on with them is replaced by itself. */
    public void update(OfferedService<S> service) {
        Offer<S, P, U> old = offers.get(service.key());
        while (old != null && !goesOn(old, service) && !replace(old, service)) {
            old = offers.get(service.key());
        }
    }

    private boolean goesOn(Offer<S, P, U> old, OfferedService<S> service) {
        P changed = old.isInUse() ? parseQuietly(service) : null;
        return changed != null && goesOn(old, changed);
    }

    private boolean goesOn(Offer<S, P, U> old, P changed) {
        boolean goesOn = use.update(old.use(), changed)
                && offers.replace(old.service().key(), old, new Offer<>(old.service(), changed, old.use(), null));
        if (goesOn && !changed.equals(old.properties())) {
            onChange.run();
        }
        return goesOn;
    }

    /** False for one that is just being refused, removed or changed: it is looked at again. */
    private boolean replace(Offer<S, P, U> old, OfferedService<S> service) {
        Offer<S, P, U> offer = offer(service);
        boolean replaced = offers.replace(service.key(), old, offer);
        if (replaced) {
            enter(offer, old, HERE);
        }
        return replaced;
    }

    private P parseQuietly(OfferedService<S> service) {
        try {
            return use.parse(service);
        } catch (UnusableServiceException e) {
            return null;
        }
    }

    /** A service is unregistered. */
    public void remove(Object key) {
        Offer<S, P, U> offer = offers.remove(key);
        if (offer != null) {
            leave(offer);
        }
    }

    private void leave(Offer<S, P, U> offer) {
        if (!offer.isInUse()) {
            onChange.run();
            return;
        }
        try {
            use.retire(offer.use());
        } finally {
            changedAndEnd(offer, HERE);
        }
    }

    private void changedAndEnd(Offer<S, P, U> offer, Place place) {
        Thread asking = Thread.currentThread();
        try {
            onChange.run();
        } finally {
            place.run(offer.service().bundle(), () -> end(offer, drain, asking));
        }
    }

    /**
     * A service object that comes later is given back by whoever gets it: each is given back once, so that none is
     * taken away that is in use.
     *
     * @param asking who brings this about: it may be in work of the service, and wait for this
     */
    private void end(Offer<S, P, U> offer, Duration wait, Thread asking) {
        if (use.end(offer.use(), wait, asking)) {
            offer.service().unget().run();
        }
    }

    /**
     * Ends the use of all services, within one drain time.
     *
     * @param retired run when nothing begins with any of them any more, before work in progress is waited for
     */
    public void close(Runnable retired) {
        Thread asking = Thread.currentThread();
        long deadline = System.nanoTime() + drain.toNanos();
        List<Offer<S, P, U>> open = removeAll();
        Separately.forEach(open, offer -> use.retire(offer.use()), this::tellNotInOrder);
        retired.run();
        for (Offer<S, P, U> offer : open) {
            bundles.execute(
                    offer.service().bundle(),
                    () -> end(offer, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())), asking));
        }
        bundles.awaitAll(drain.plus(PATIENCE));
    }

    /**
     * One by one, so that each is ended by whoever takes it out, and one that comes meanwhile by whoever removes it.
     */
    private List<Offer<S, P, U>> removeAll() {
        return offers.keySet().stream()
                .map(offers::remove)
                .filter(Objects::nonNull)
                .filter(Offer::isInUse)
                .toList();
    }

    /** All that are known; a view, which others may change meanwhile. */
    public Collection<Offer<S, P, U>> all() {
        return Collections.unmodifiableCollection(offers.values());
    }
}
