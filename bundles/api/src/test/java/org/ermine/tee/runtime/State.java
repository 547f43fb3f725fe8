// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ermine.tee.fakes.RuntimeParts;

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
        return RuntimeParts.device(name, contexts);
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
        return RuntimeParts.failedHandler(kind, name, "bufferSize is missing");
    }

    public static FailedTrustedServiceDTO failedService(String name) {
        return RuntimeParts.failedTrustedService(name, "qtee.uid is missing");
    }
}
