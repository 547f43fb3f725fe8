// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.Separately;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the state of core, the backends, the workers, the memory manager and all contributors in DTOs. Thread safe.
 */
final class Introspection implements TeeRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(Introspection.class);
    /** How long a contributor is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final DeviceRegistry registry;
    private final SharedMemoryManager memory;
    private final RepeatLog failures = new RepeatLog(LOG::warn);
    private final OwnerThreads<String> asked = new OwnerThreads<>("ermine-contributor", failures);

    Introspection(DeviceRegistry registry, SharedMemoryManager memory) {
        this.registry = registry;
        this.memory = memory;
    }

    @Override
    public RuntimeDTO snapshot() {
        return snapshot(Integer.MAX_VALUE);
    }

    @Override
    public RuntimeDTO snapshot(int contexts) {
        requireNotNegative("contexts", contexts);
        RuntimeDTO dto = new RuntimeDTO();
        dto.changeCount = registry.counters().changes();
        dto.servicesChangeCount = registry.counters().serviceChanges();
        dto.devices = registry.describe(contexts).toArray(DeviceDTO[]::new);
        ownParts().forEach(part -> part.contribute(dto));
        Separately.forEach(registry.contributors(), contributor -> ask(contributor, dto), this::failed);
        dto.failedHandlers = Stream.concat(Stream.of(dto.failedHandlers), registry.failedDrivers().stream())
                .toArray(FailedHandlerDTO[]::new);
        return dto;
    }

    /**
     * Returns the parts that core itself uses. If one of them fails, so does the snapshot: otherwise it would say that
     * there are no handlers, or that everything is permitted.
     */
    private List<RuntimeContributor> ownParts() {
        List<RuntimeContributor> parts = new ArrayList<>(List.of(memory, registry.permissions()));
        CallbackWorkers workers = registry.workers();
        if (workers != null) {
            parts.add(workers);
        }
        return parts;
    }

    /**
     * Lets a contributor fill in a state of its own, from which what it adds is taken over. So it cannot change what
     * others contributed, neither now nor later. It does so on a thread of its own: one that does not return holds
     * nobody up.
     */
    private void ask(RuntimeContributor contributor, RuntimeDTO dto) {
        String name = contributor.getClass().getName();
        RuntimeDTO told = new RuntimeDTO();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        boolean inTime = asked.ask(name, () -> contribute(contributor, told, thrown), PATIENCE);
        if (!inTime) {
            failures.tell(name, () -> name + " tells nothing of what it knows: it does not answer within " + PATIENCE);
        } else if (thrown.get() != null) {
            failed(contributor, thrown.get());
        } else {
            add(told, dto);
        }
    }

    private static void contribute(RuntimeContributor contributor, RuntimeDTO told, AtomicReference<Throwable> thrown) {
        try {
            contributor.contribute(told);
        } catch (Throwable e) {
            thrown.set(e);
        }
    }

    private static void add(RuntimeDTO told, RuntimeDTO dto) {
        dto.failedHandlers = joined(dto.failedHandlers, told.failedHandlers);
        dto.failedTrustedServices = joined(dto.failedTrustedServices, told.failedTrustedServices);
        dto.statistics = told.statistics == null ? dto.statistics : told.statistics;
    }

    private static <T> T[] joined(T[] known, T[] told) {
        return Stream.concat(Stream.of(known), Stream.of(told).filter(Objects::nonNull))
                .toArray(size -> Arrays.copyOf(known, size));
    }

    private void failed(RuntimeContributor contributor, Throwable thrown) {
        String name = contributor.getClass().getName();
        failures.tell(name, () -> name + " tells nothing of what it knows: " + FailureText.detailed(thrown));
    }

    @Override
    public List<ContextDTO> contexts(String device, long after, int limit) {
        requireNotNegative("limit", limit);
        return registry.published().stream()
                .filter(published -> published.name().equals(device))
                .findFirst()
                .map(published -> published.contexts(after, limit))
                .orElse(List.of());
    }

    private static void requireNotNegative(String what, int number) {
        if (number < 0) {
            throw new IllegalArgumentException(what + " " + number);
        }
    }

    @Override
    public List<ObjectDTO> objects(long contextId, int limit) {
        requireNotNegative("limit", limit);
        return registry.published().stream()
                .map(device -> device.context(contextId))
                .filter(Objects::nonNull)
                .findFirst()
                .map(context -> context.describeObjects(limit))
                .orElse(List.of());
    }
}
