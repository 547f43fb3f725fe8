// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.OwnerThreads;
import org.ermine.tee.spi.Permissions.Right;
import org.ermine.tee.spi.Separately;
import org.ermine.tee.supplicant.support.ThrownText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All handler services of one kind, with those that cannot be used and why. Called in the framework's service events, on
 * any thread; events for one service come one after the other. When {@link #remove} returns, no call begins on that handler
 * any more and nothing here refers to it; unless it is just being refused, then calls that have begun have the drain time to end.
 *
 * <p>To get and to give back a service object is foreign code, which may not return. In a service event it runs on the thread of
 * whoever registers or unregisters, and holds up that. Where all handlers are treated in turn it runs on a thread of their bundle:
 * so what is refused is refused whatever another bundle does.
 */
public final class HandlerRegistry<S> {

    /** What differs between the kinds. */
    public record Kind(String name, boolean oneAtATime, Right right, Parser parser) {

        public static final Kind LISTENER = new Kind("listener", true, Right.LISTENER, HandlerProperties::ofListener);
        public static final Kind CALLBACK = new Kind("callback", false, Right.CALLBACK, HandlerProperties::ofCallback);
    }

    /** Where foreign code of a bundle runs. */
    @FunctionalInterface
    private interface Place {
        void run(String bundle, Runnable code);
    }

    private static final Place HERE = (bundle, code) -> code.run();
    /** How long to wait for foreign code, beyond the drain time. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @FunctionalInterface
    interface Parser {
        HandlerProperties parse(Map<String, Object> properties) throws InvalidHandlerException;
    }

    /**
     * A known service: either with a handler or with the reason why it has none.
     *
     * @param refused what it would be if its bundle were permitted to serve it; null if that is not what it lacks
     */
    private record Entry<S>(
            HandlerService<S> service,
            Handler<S> handler,
            HandlerSlot<S> slot,
            HandlerProperties refused,
            String failure) {

        static <S> Entry<S> usable(HandlerService<S> service, Handler<S> handler, HandlerSlot<S> slot) {
            return new Entry<>(service, handler, slot, null, null);
        }

        static <S> Entry<S> refused(HandlerService<S> service, HandlerProperties properties, String failure) {
            return new Entry<>(service, null, null, properties, failure);
        }

        static <S> Entry<S> unusable(HandlerService<S> service, String failure) {
            return new Entry<>(service, null, null, null, failure);
        }

        /** What it is or would be; null if it cannot be used whatever is permitted. */
        HandlerProperties properties() {
            return handler == null ? refused : handler.properties();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(HandlerRegistry.class);

    private final Kind kind;
    private final Duration drain;
    private final Duration grace;
    private final Runnable onChange;
    private final SwapHistory history;
    /** A bundle can register the same again and again. */
    private final RepeatLog unusable = new RepeatLog(LOG::warn);

    private final OwnerThreads<String> bundles =
            new OwnerThreads<>("ermine-supplicant-handlers", HandlerRegistry.class, new RepeatLog(LOG::error));
    private final ConcurrentMap<Object, Entry<S>> entries = new ConcurrentHashMap<>();
    private final HandlerSlots<S> slots;

    /** @param onChange called when a handler came, went or changed, or one that cannot be used; must not block */
    public HandlerRegistry(Kind kind, Duration drain, Duration grace, Runnable onChange) {
        this.kind = kind;
        this.drain = drain;
        this.grace = grace;
        this.onChange = onChange;
        this.history = new SwapHistory(kind.name());
        this.slots = new HandlerSlots<>(this::newSlot, new HashMap<>());
    }

    public void add(HandlerService<S> service) {
        add(service, HERE);
    }

    /** The same for one that was registered before, so that the calling thread is not its bundle's: may return before it is bound. */
    public void addPresent(HandlerService<S> service) {
        add(service, bundles::execute);
    }

    /** Waits for those present, but not for long. */
    public void awaitPresent() {
        bundles.awaitAll(PATIENCE);
    }

    private void add(HandlerService<S> service, Place place) {
        try {
            HandlerProperties properties = kind.parser().parse(service.properties());
            enter(entry(service, properties), place);
        } catch (InvalidHandlerException e) {
            tellUnusable(service, kind.name() + " of " + service.bundle(), e);
            entries.put(service.key(), Entry.unusable(service, e.getMessage()));
            onChange.run();
        }
    }

    private void tellUnusable(HandlerService<S> service, String handler, InvalidHandlerException e) {
        unusable.tell(service.bundle(), () -> handler + " cannot be used: " + e.getMessage());
    }

    private Entry<S> entry(HandlerService<S> service, HandlerProperties properties) {
        try {
            service.rights().require(kind.right(), properties);
        } catch (InvalidHandlerException e) {
            return Entry.refused(service, properties, e.getMessage());
        }
        return usable(service, properties);
    }

    private Entry<S> usable(HandlerService<S> service, HandlerProperties properties) {
        HandlerSlot<S> slot = slot(properties.name(), properties.listenerId());
        return Entry.usable(service, new Handler<>(kind.name(), properties, service.bundle()), slot);
    }

    /**
     * The entry is there before the service object is, so that a service that goes meanwhile is found by remove, and before it is
     * judged again, so that who changes permissions meanwhile finds it, or it is judged by the new ones.
     */
    private void enter(Entry<S> entry, Place place) {
        entries.put(entry.service().key(), entry);
        if (entry.handler() == null) {
            onChange.run();
        } else {
            place.run(entry.service().bundle(), () -> bind(entry));
        }
        judge(entry.service().key(), place);
    }

    private void bind(Entry<S> entry) {
        HandlerService<S> service = entry.service();
        if (entries.get(service.key()) != entry) {
            return;
        }
        try {
            if (entry.slot().add(entry.handler(), serviceObject(service))) {
                LOG.debug("{} is bound", entry.handler());
                onChange.run();
            } else {
                service.unget().run();
            }
        } catch (InvalidHandlerException e) {
            tellUnusable(service, entry.handler().toString(), e);
            entries.replace(service.key(), entry, Entry.unusable(service, e.getMessage()));
            onChange.run();
        }
    }

    /**
     * Permissions changed: handlers of bundles that may not serve any more go, those of others that may now are bound. Waits for
     * little more than the drain time at the most, however many bundles do not come to an end. Handlers of one bundle end one after the
     * other, each within the drain time: so the last of several that hang may end later than this returns.
     */
    public void judge() {
        Separately.forEach(entries.keySet(), key -> judge(key, bundles::execute), this::failed);
        bundles.awaitAll(drain.plus(PATIENCE));
    }

    private void failed(Object key, Throwable thrown) {
        Entry<S> entry = entries.get(key);
        if (entry != null) {
            String bundle = entry.service().bundle();
            LOG.error("{} of {} was not treated in order: {}", kind.name(), bundle, ThrownText.of(thrown));
        }
    }

    /** Beside service events: an entry that one of them takes out is theirs. */
    private void judge(Object key, Place place) {
        Entry<S> entry = entries.get(key);
        while (entry != null && isMisjudged(entry)) {
            if (entry.handler() == null) {
                admit(entry, place);
            } else {
                withdraw(entry, place);
            }
            entry = entries.get(key);
        }
    }

    /** Whether permissions say otherwise than when it was bound or refused. */
    private boolean isMisjudged(Entry<S> entry) {
        HandlerProperties properties = entry.properties();
        boolean bound = entry.handler() != null;
        return properties != null && bound != entry.service().rights().permit(kind.right(), properties);
    }

    private void admit(Entry<S> refused, Place place) {
        Entry<S> usable = usable(refused.service(), refused.properties());
        if (entries.replace(refused.service().key(), refused, usable)) {
            place.run(usable.service().bundle(), () -> bind(usable));
        }
    }

    private void withdraw(Entry<S> entry, Place place) {
        Entry<S> refused = entry(entry.service(), entry.properties());
        if (refused.handler() != null) {
            return;
        }
        entry.slot().refuse(entry.handler());
        if (entries.replace(entry.service().key(), entry, refused)) {
            changedAndEnd(entry, place);
        }
    }

    /** The properties of a service changed. One that is now another handler is replaced by itself. */
    public void update(HandlerService<S> service) {
        Entry<S> old = entries.get(service.key());
        if (old == null) {
            return;
        }
        HandlerProperties changed = parseQuietly(service);
        if (old.handler() != null
                && changed != null
                && old.handler().properties().differsInRankingOnly(changed)) {
            old.slot().rerank(old.handler(), changed);
            onChange.run();
            return;
        }
        remove(service.key());
        add(service);
    }

    public void remove(Object key) {
        Entry<S> entry = entries.remove(key);
        if (entry == null) {
            return;
        }
        if (entry.handler() == null) {
            onChange.run();
            return;
        }
        entry.slot().retire(entry.handler());
        changedAndEnd(entry, HERE);
    }

    private void changedAndEnd(Entry<S> entry, Place place) {
        Thread asking = Thread.currentThread();
        try {
            onChange.run();
        } finally {
            place.run(entry.service().bundle(), () -> end(entry, drain, asking));
        }
    }

    /**
     * A service object that comes later is given back by who gets it: each is given back once, so that none is taken away that is in use.
     *
     * @param asking who brings this about: it may be in a call of the handler, and wait for this
     */
    private void end(Entry<S> entry, Duration wait, Thread asking) {
        if (entry.slot().remove(entry.handler(), wait, asking)) {
            entry.service().unget().run();
        }
        LOG.debug("{} is gone", entry.handler());
    }

    /** Removes all handlers, within one drain time. */
    public void close() {
        Thread asking = Thread.currentThread();
        long deadline = System.nanoTime() + drain.toNanos();
        List<Entry<S>> open =
                entries.values().stream().filter(e -> e.handler() != null).toList();
        entries.clear();
        open.forEach(entry -> entry.slot().retire(entry.handler()));
        all().forEach(HandlerSlot::close);
        for (Entry<S> entry : open) {
            bundles.execute(
                    entry.service().bundle(),
                    () -> end(entry, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())), asking));
        }
        bundles.awaitAll(drain.plus(PATIENCE));
    }

    private static <S> S serviceObject(HandlerService<S> service) throws InvalidHandlerException {
        S object;
        try {
            object = service.get().get();
        } catch (RuntimeException | Error e) {
            throw new InvalidHandlerException("its service object cannot be had: " + ThrownText.of(e));
        }
        if (object == null) {
            throw new InvalidHandlerException("its bundle gives no service object");
        }
        return object;
    }

    private HandlerProperties parseQuietly(HandlerService<S> service) {
        try {
            return kind.parser().parse(service.properties());
        } catch (InvalidHandlerException e) {
            return null;
        }
    }

    /** The place of the handlers with this name, whether there are any or not. */
    public HandlerSlot<S> slot(String name, int listenerId) {
        return slots.get(name, listenerId);
    }

    private HandlerSlot<S> newSlot(String name, int listenerId) {
        return new HandlerSlot<>(name, listenerId, kind.oneAtATime(), grace, history);
    }

    public List<HandlerSlot<S>> all() {
        return slots.all();
    }

    /** With no devices. */
    public List<HandlerDTO> handlers() {
        return handlers(listener -> new String[0]);
    }

    /** @param devices names of the devices that know a listener, by its id */
    public List<HandlerDTO> handlers(IntFunction<String[]> devices) {
        List<HandlerDTO> dtos = new ArrayList<>();
        for (Entry<S> entry : entries.values()) {
            if (entry.handler() != null) {
                HandlerDTO dto = describe(entry);
                dto.devices = devices.apply(entry.properties().listenerId());
                dtos.add(dto);
            }
        }
        return dtos;
    }

    /** Swaps that were not told by this before. */
    public List<HandlerSwapDTO> newSwaps() {
        return history.takeNews();
    }

    public List<HandlerSwapDTO> swaps() {
        return history.list();
    }

    private HandlerDTO describe(Entry<S> entry) {
        Handler<S> handler = entry.handler();
        HandlerProperties properties = handler.properties();
        HandlerDTO dto = new HandlerDTO();
        dto.kind = kind.name();
        dto.name = properties.name();
        dto.bundle = handler.bundle();
        dto.serviceId = properties.serviceId();
        dto.ranking = properties.ranking();
        dto.requests = handler.requests.get();
        dto.failures = handler.failures.get();
        dto.boundAt = handler.boundAt;
        entry.slot().describe(handler, dto);
        return dto;
    }

    public List<FailedHandlerDTO> failedHandlers() {
        return entries.values().stream()
                .filter(entry -> entry.failure() != null)
                .map(entry -> failed(kind.name(), entry.service(), entry.failure()))
                .toList();
    }

    private static FailedHandlerDTO failed(String kind, HandlerService<?> service, String reason) {
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = kind;
        dto.name = HandlerProperties.claimedName(service.properties());
        dto.bundle = service.bundle();
        dto.serviceId = HandlerProperties.serviceId(service.properties());
        dto.reason = reason;
        return dto;
    }
}
