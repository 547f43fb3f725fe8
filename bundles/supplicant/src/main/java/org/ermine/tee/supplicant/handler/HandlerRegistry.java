// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.ermine.tee.embedded.whiteboard.OfferedServices;
import org.ermine.tee.embedded.whiteboard.ServiceUse;
import org.ermine.tee.embedded.whiteboard.UnusableServiceException;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All handler services of one kind, with those that cannot be used and why. Called in the framework's service events,
 * on any thread; events for one service come one after the other. When {@link #remove} returns, no call begins on that
 * handler any more and nothing here refers to it. The exception is a handler that another thread is refusing just then:
 * its calls that have begun have the drain time to end.
 */
public final class HandlerRegistry<S> {

    /** What differs between the kinds. */
    public record Kind(String name, boolean oneAtATime, Right right, Parser parser) {

        public static final Kind LISTENER = new Kind("listener", true, Right.LISTENER, HandlerProperties::ofListener);
        public static final Kind CALLBACK = new Kind("callback", false, Right.CALLBACK, HandlerProperties::ofCallback);

        /** A service may have the properties of both kinds: each kind claims its own name. */
        String claimedName(OfferedService<?> service) {
            return right == Right.LISTENER
                    ? HandlerProperties.claimedListener(service.properties())
                    : HandlerProperties.claimedCallback(service.properties());
        }

        String permissionName(HandlerProperties properties) {
            return right == Right.LISTENER ? Integer.toUnsignedString(properties.listenerId()) : properties.name();
        }
    }

    @FunctionalInterface
    interface Parser {
        HandlerProperties parse(Map<String, Object> properties) throws UnusableServiceException;
    }

    /** A handler in its place. */
    private record Placed<S>(Handler<S> handler, HandlerSlot<S> slot) {}

    private static final Logger LOG = LoggerFactory.getLogger(HandlerRegistry.class);

    private final Kind kind;
    private final Duration grace;
    private final SwapHistory history;
    private final OfferedServices<S, HandlerProperties, Placed<S>> services;
    private final HandlerSlots<S> slots;

    /** @param onChange called when a handler, usable or not, came, went or changed; must not block */
    public HandlerRegistry(Kind kind, Duration drain, Duration grace, Runnable onChange) {
        this.kind = kind;
        this.grace = grace;
        this.history = new SwapHistory(kind.name());
        this.slots = new HandlerSlots<>(this::newSlot, new HashMap<>());
        this.services = new OfferedServices<>(
                new Use(),
                kind.right(),
                drain,
                new OwnerThreads<>("ermine-supplicant-handlers", new RepeatLog(LOG::error)),
                new RepeatLog(LOG::warn),
                onChange);
    }

    /** A handler service takes its place in a slot, and leaves it. */
    private final class Use implements ServiceUse<S, HandlerProperties, Placed<S>> {

        @Override
        public String describe(OfferedService<S> service) {
            return kind.name() + " " + kind.claimedName(service) + " of " + service.bundle();
        }

        @Override
        public HandlerProperties parse(OfferedService<S> service) throws UnusableServiceException {
            return kind.parser().parse(service.properties());
        }

        @Override
        public String permissionName(HandlerProperties properties) {
            return kind.permissionName(properties);
        }

        @Override
        public Placed<S> prepare(OfferedService<S> service, HandlerProperties properties) {
            return new Placed<>(
                    new Handler<>(kind.name(), properties, service.bundle()),
                    slot(properties.name(), properties.listenerId()));
        }

        @Override
        public boolean begin(Placed<S> use, S object) {
            boolean added = use.slot().add(use.handler(), object);
            LOG.debug("{} is bound: {}", use.handler(), added);
            return added;
        }

        @Override
        public boolean update(Placed<S> use, HandlerProperties changed) {
            boolean goesOn = use.handler().properties().differsInRankingOnly(changed);
            if (goesOn) {
                use.slot().rerank(use.handler(), changed);
            }
            return goesOn;
        }

        @Override
        public void refuse(Placed<S> use) {
            use.slot().refuse(use.handler());
        }

        @Override
        public void retire(Placed<S> use) {
            use.slot().retire(use.handler());
        }

        @Override
        public boolean end(Placed<S> use, Duration drain, Thread asking) {
            boolean added = use.slot().remove(use.handler(), drain, asking);
            LOG.debug("{} is gone", use.handler());
            return added;
        }
    }

    public void add(OfferedService<S> service) {
        services.add(service);
    }

    /**
     * Adds a service that was registered before, so that the calling thread is not its bundle's. May return before the
     * service is bound.
     */
    public void addPresent(OfferedService<S> service) {
        services.addPresent(service);
    }

    /** Waits until those that were added by {@link #addPresent} are bound, but not for long. */
    public void awaitPresent() {
        services.awaitPresent();
    }

    /** Checks all services after a change of permissions, as {@link OfferedServices#checkPermissions} says. */
    public void checkPermissions() {
        services.checkPermissions();
    }

    /** Takes changed properties of a service over. One that is now another handler replaces itself. */
    public void update(OfferedService<S> service) {
        services.update(service);
    }

    public void remove(Object key) {
        services.remove(key);
    }

    /** Removes all handlers, within one drain time. */
    public void close() {
        services.close(() -> all().forEach(HandlerSlot::close));
    }

    /** Returns the slot of the handlers with this name, whether there are any or not. */
    public HandlerSlot<S> slot(String name, int listenerId) {
        return slots.get(name, listenerId);
    }

    private HandlerSlot<S> newSlot(String name, int listenerId) {
        return new HandlerSlot<>(name, listenerId, kind.oneAtATime(), grace, history);
    }

    public List<HandlerSlot<S>> all() {
        return slots.all();
    }

    /** Describes the handlers without the devices that know them. */
    public List<HandlerDTO> handlers() {
        return handlers(listener -> new String[0]);
    }

    /** @param devices returns the names of the devices that know a listener, by its id */
    public List<HandlerDTO> handlers(IntFunction<String[]> devices) {
        List<HandlerDTO> dtos = new ArrayList<>();
        services.all().forEach(offer -> {
            if (offer.use() != null) {
                HandlerDTO dto = describe(offer.use());
                dto.devices = devices.apply(offer.properties().listenerId());
                dtos.add(dto);
            }
        });
        return dtos;
    }

    /** Returns the swaps since the last call of this method. */
    public List<HandlerSwapDTO> newSwaps() {
        return history.takeNews();
    }

    public List<HandlerSwapDTO> swaps() {
        return history.list();
    }

    private HandlerDTO describe(Placed<S> placed) {
        Handler<S> handler = placed.handler();
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
        placed.slot().describe(handler, dto);
        return dto;
    }

    public List<FailedHandlerDTO> failedHandlers() {
        return services.all().stream()
                .filter(offer -> offer.failure() != null)
                .map(offer -> failed(offer.service(), offer.failure()))
                .toList();
    }

    private FailedHandlerDTO failed(OfferedService<?> service, String reason) {
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = kind.name();
        dto.name = kind.claimedName(service);
        dto.bundle = service.bundle();
        dto.serviceId = HandlerProperties.serviceId(service.properties());
        dto.reason = reason;
        return dto;
    }
}
