// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.fakes.RuntimeParts;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.LatencyBucketDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.dto.DTO;

/** A state of Ermine made by hand. */
public final class State implements TeeRuntime {

    /** The present time in all tests. */
    static final long NOW = 1_000_000_000L;

    private static final int MOST_CONTEXTS = 1000;

    public final RuntimeDTO dto = new RuntimeDTO();
    final List<ObjectDTO> objects = new ArrayList<>();
    /** Called after a page was made: clients go on meanwhile. */
    Runnable afterPage = () -> {};

    public State() {
        dto.memory = new MemoryDTO();
    }

    /** The commands that show this state, at its present time. */
    public RuntimeCommands commands() {
        return new RuntimeCommands(this, Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
    }

    @Override
    public RuntimeDTO snapshot() {
        throw new AssertionError("all contexts are asked for");
    }

    @Override
    public RuntimeDTO snapshot(int contexts) {
        assertTrue(contexts <= MOST_CONTEXTS, contexts + " contexts are asked for");
        RuntimeDTO copy = copy(dto, new RuntimeDTO());
        copy.devices = Arrays.stream(dto.devices)
                .map(device -> withContexts(device, contexts))
                .toArray(DeviceDTO[]::new);
        return copy;
    }

    private static DeviceDTO withContexts(DeviceDTO device, int most) {
        DeviceDTO copy = copy(device, new DeviceDTO());
        copy.contexts = Arrays.stream(device.contexts)
                .sorted(Comparator.comparing(context -> context.requests.length == 0))
                .limit(most)
                .sorted(Comparator.comparingLong(context -> context.id))
                .toArray(ContextDTO[]::new);
        return copy;
    }

    private static <D extends DTO> D copy(D from, D to) {
        try {
            for (Field field : from.getClass().getFields()) {
                field.set(to, field.get(from));
            }
            return to;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<ContextDTO> contexts(String device, long after, int limit) {
        assertTrue(limit <= MOST_CONTEXTS, limit + " contexts are asked for");
        List<ContextDTO> page = Arrays.stream(dto.devices)
                .filter(each -> each.name.equals(device))
                .flatMap(each -> Arrays.stream(each.contexts))
                .filter(context -> context.id > after)
                .limit(limit)
                .toList();
        afterPage.run();
        return page;
    }

    @Override
    public List<ObjectDTO> objects(long contextId, int limit) {
        return objects.stream().limit(limit).toList();
    }

    public State devices(DeviceDTO... devices) {
        dto.devices = devices;
        return this;
    }

    public State handlers(HandlerDTO... handlers) {
        dto.handlers = handlers;
        return this;
    }

    public State failedHandlers(FailedHandlerDTO... handlers) {
        dto.failedHandlers = handlers;
        return this;
    }

    public State failedTrustedServices(FailedTrustedServiceDTO... services) {
        dto.failedTrustedServices = services;
        return this;
    }

    public State swaps(HandlerSwapDTO... swaps) {
        dto.swaps = swaps;
        return this;
    }

    public State object(long id, String kind, String description) {
        ObjectDTO object = new ObjectDTO();
        object.id = id;
        object.kind = kind;
        object.description = description;
        objects.add(object);
        return this;
    }

    public static DeviceDTO device(String name, ContextDTO... contexts) {
        DeviceDTO device = RuntimeParts.device(name, contexts);
        device.implementation = TeeVersion.QTEE;
        device.pendingReleases = 3;
        return device;
    }

    public static ContextDTO context(long id, String owner, long age, RequestDTO... requests) {
        ContextDTO context = new ContextDTO();
        context.id = id;
        context.owner = owner;
        context.ownerBundleId = 12;
        context.openedAt = NOW - age;
        context.references = 2;
        context.teeObjects = 4;
        context.callbackObjects = 1;
        context.requests = requests;
        return context;
    }

    public static RequestDTO request(long id, String state, long age) {
        RequestDTO request = new RequestDTO();
        request.id = id;
        request.object = 77;
        request.op = 5;
        request.state = state;
        request.age = age;
        return request;
    }

    public static HandlerDTO handler(String kind, String name, boolean active) {
        HandlerDTO handler = new HandlerDTO();
        handler.kind = kind;
        handler.name = name;
        handler.bundle = "com.example.handler 1.0.0";
        handler.serviceId = 42;
        handler.ranking = active ? 10 : 0;
        handler.active = active;
        handler.devices = active ? new String[] {"qtee-emulator"} : new String[0];
        handler.requests = 1234;
        handler.failures = 1;
        handler.boundAt = NOW - 90_000;
        return handler;
    }

    public static HandlerSwapDTO swap(String from, String to, long age, long vacantMillis) {
        HandlerSwapDTO swap = new HandlerSwapDTO();
        swap.kind = "listener";
        swap.name = "0x7000";
        swap.from = from;
        swap.to = to;
        swap.at = NOW - age;
        swap.vacantMillis = vacantMillis;
        return swap;
    }

    public static FailedTrustedServiceDTO failedTrustedService(String name, String reason) {
        return RuntimeParts.failedTrustedService(name, reason);
    }

    public static FailedHandlerDTO failedHandler(String name, String reason) {
        return RuntimeParts.failedHandler("listener", name, reason);
    }

    public static LatencyDTO latency() {
        LatencyDTO latency = new LatencyDTO();
        latency.device = "one";
        latency.kind = LatencyDTO.QUEUE;
        latency.count = 4;
        latency.failures = 1;
        latency.min = 850;
        latency.mean = 12_345;
        latency.p50 = 9_994;
        latency.p90 = 99_940;
        latency.p99 = 999_400;
        latency.p999 = 999_600;
        latency.max = 4_560_000_000L;
        latency.buckets = new LatencyBucketDTO[] {bucket(1000, 3), bucket(2000, 0), bucket(Long.MAX_VALUE, 1)};
        return latency;
    }

    private static LatencyBucketDTO bucket(long upperBound, long count) {
        LatencyBucketDTO bucket = new LatencyBucketDTO();
        bucket.upperBound = upperBound;
        bucket.count = count;
        return bucket;
    }
}
