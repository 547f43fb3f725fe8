// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A state of Ermine made by hand. */
public final class State implements TeeRuntime {

    private static final int MOST_CONTEXTS = 200;

    public final RuntimeDTO dto = new RuntimeDTO();
    public boolean mayTellAll;
    public int snapshots;
    /** Run while a snapshot is taken. */
    public Runnable looking = () -> {};

    public State() {
        dto.memory = new MemoryDTO();
        dto.memory.limit = 1000;
    }

    /** Grows with the number of contexts: for archives only. */
    @Override
    public RuntimeDTO snapshot() {
        assertTrue(mayTellAll, "all contexts are asked for");
        return dto;
    }

    @Override
    public RuntimeDTO snapshot(int contexts) {
        assertTrue(contexts <= MOST_CONTEXTS, contexts + " contexts are asked for");
        snapshots++;
        looking.run();
        return dto;
    }

    @Override
    public List<ContextDTO> contexts(String device, long after, int limit) {
        return List.of();
    }

    @Override
    public List<ObjectDTO> objects(long contextId, int limit) {
        return List.of();
    }

    public static DeviceDTO device(String name, ContextDTO... contexts) {
        DeviceDTO device = new DeviceDTO();
        device.name = name;
        device.release = "5.2.0";
        device.contexts = contexts;
        device.contextCount = contexts.length;
        device.owners = owners(contexts);
        return device;
    }

    private static OwnerDTO[] owners(ContextDTO... contexts) {
        Map<String, OwnerDTO> owners = new TreeMap<>();
        for (ContextDTO context : contexts) {
            OwnerDTO owner = owners.computeIfAbsent(context.owner, name -> new OwnerDTO());
            owner.owner = context.owner;
            owner.ownerBundleId = context.ownerBundleId;
            owner.contexts++;
            owner.teeObjects += context.teeObjects;
            owner.callbackObjects += context.callbackObjects;
            owner.sharedMemories += context.sharedMemories;
            owner.requests += context.requests.length;
            for (RequestDTO request : context.requests) {
                owner.oldestRequest = Math.max(owner.oldestRequest, request.age);
            }
        }
        return owners.values().toArray(OwnerDTO[]::new);
    }

    public static ContextDTO context(RequestDTO... requests) {
        ContextDTO context = new ContextDTO();
        context.id = 7;
        context.owner = "com.example.app 1.0.0";
        context.requests = requests;
        return context;
    }

    public static RequestDTO request(long age) {
        RequestDTO request = new RequestDTO();
        request.id = 3;
        request.object = 77;
        request.state = "PROCESSING";
        request.age = age;
        return request;
    }

    public static HandlerDTO handler(String name, long serviceId, boolean active) {
        HandlerDTO handler = new HandlerDTO();
        handler.kind = "listener";
        handler.name = name;
        handler.bundle = "com.example.handler 1.0.0";
        handler.serviceId = serviceId;
        handler.active = active;
        return handler;
    }

    public static FailedHandlerDTO failed(String kind, String name) {
        FailedHandlerDTO failed = new FailedHandlerDTO();
        failed.kind = kind;
        failed.name = name;
        failed.bundle = "com.example.broken 1.0.0";
        failed.serviceId = 43;
        failed.reason = "bufferSize is missing";
        return failed;
    }

    public static FailedTrustedServiceDTO failedService(String name) {
        FailedTrustedServiceDTO failed = new FailedTrustedServiceDTO();
        failed.kind = "service";
        failed.name = name;
        failed.bundle = "com.example.sum 1.0.0";
        failed.serviceId = 44;
        failed.reason = "qtee.uid is missing";
        return failed;
    }
}
