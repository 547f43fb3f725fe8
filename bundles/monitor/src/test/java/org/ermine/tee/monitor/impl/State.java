// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.impl;

import java.util.List;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;

/** A state of Ermine made by hand. */
final class State implements TeeRuntime {

    final RuntimeDTO dto = new RuntimeDTO();

    State() {
        dto.memory = new MemoryDTO();
        dto.memory.limit = 1000;
    }

    @Override
    public RuntimeDTO snapshot() {
        return dto;
    }

    @Override
    public List<ObjectDTO> objects(long contextId, int limit) {
        return List.of();
    }

    static DeviceDTO device(String name, ContextDTO... contexts) {
        DeviceDTO device = new DeviceDTO();
        device.name = name;
        device.release = "5.2.0";
        device.contexts = contexts;
        return device;
    }

    static ContextDTO context(RequestDTO... requests) {
        ContextDTO context = new ContextDTO();
        context.id = 7;
        context.owner = "com.example.app 1.0.0";
        context.requests = requests;
        return context;
    }

    static RequestDTO request(long age) {
        RequestDTO request = new RequestDTO();
        request.id = 3;
        request.object = 77;
        request.state = "PROCESSING";
        request.age = age;
        return request;
    }

    static HandlerDTO handler(String name, long serviceId, boolean active) {
        HandlerDTO handler = new HandlerDTO();
        handler.kind = "listener";
        handler.name = name;
        handler.bundle = "com.example.handler 1.0.0";
        handler.serviceId = serviceId;
        handler.active = active;
        return handler;
    }

    static FailedHandlerDTO failed(String kind, String name) {
        FailedHandlerDTO failed = new FailedHandlerDTO();
        failed.kind = kind;
        failed.name = name;
        failed.bundle = "com.example.broken 1.0.0";
        failed.serviceId = 43;
        failed.reason = "bufferSize is missing";
        return failed;
    }

    static FailedTrustedServiceDTO failedService(String name) {
        FailedTrustedServiceDTO failed = new FailedTrustedServiceDTO();
        failed.kind = "service";
        failed.name = name;
        failed.bundle = "com.example.sum 1.0.0";
        failed.serviceId = 44;
        failed.reason = "qtee.uid is missing";
        return failed;
    }
}
