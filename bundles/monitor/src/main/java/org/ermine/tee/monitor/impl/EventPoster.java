// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.impl;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Posts an event when a device or handler comes, goes or changes; not for contexts, which may do so thousands of times
 * a second. Topics are {@code org/ermine/tee/Device/ADDED}, {@code .../Handler/CHANGED} and so on, with {@code REMOVED}
 * and {@code FailedHandler} or {@code FailedTrustedService}; properties are the fields of the DTO that name it. What
 * was there before this component is not posted.
 *
 * <p>Told by changes of {@link TeeRuntime}'s service properties, one at a time. A look is taken only when these say
 * that something else than contexts changed, and then at all but contexts. {@code this} guards {@code known} and {@code
 * seen}.
 */
@Component(
        service = {},
        immediate = true)
public final class EventPoster {

    private static final String TOPICS = "org/ermine/tee/";

    /** What an event is about: {@code properties} stay the same as long as it is there, {@code state} may change. */
    private record Subject(String topic, Map<String, Object> properties) {}

    private final EventAdmin events;
    private Map<Subject, String> known;
    /** The count of changes up to which {@code known} is right, at least. */
    private Object seen;

    @Activate
    public EventPoster(@Reference EventAdmin events) {
        this.events = events;
    }

    @Reference(updated = "changed", unbind = "gone")
    synchronized void bind(TeeRuntime runtime, Map<String, Object> properties) {
        seen = properties.get(TeeRuntime.SERVICES_CHANGECOUNT);
        known = subjects(runtime.snapshot(0));
    }

    synchronized void gone(TeeRuntime runtime) {
        known = Map.of();
    }

    synchronized void changed(TeeRuntime runtime, Map<String, Object> properties) {
        Object count = properties.get(TeeRuntime.SERVICES_CHANGECOUNT);
        if (count.equals(seen)) {
            return;
        }
        seen = count;
        Map<Subject, String> before = known;
        known = subjects(runtime.snapshot(0));
        before.keySet().stream().filter(subject -> !known.containsKey(subject)).forEach(gone -> post(gone, "REMOVED"));
        known.forEach((subject, state) -> {
            String stateBefore = before.get(subject);
            if (stateBefore == null) {
                post(subject, "ADDED");
            } else if (!stateBefore.equals(state)) {
                post(subject, "CHANGED");
            }
        });
    }

    private void post(Subject subject, String what) {
        Map<String, Object> properties = new HashMap<>(subject.properties());
        String state = known.get(subject);
        if (state != null) {
            properties.put("state", state);
        }
        events.postEvent(new Event(TOPICS + subject.topic() + "/" + what, properties));
    }

    private static Map<Subject, String> subjects(RuntimeDTO state) {
        Map<Subject, String> subjects = new LinkedHashMap<>();
        for (DeviceDTO device : state.devices) {
            subjects.put(
                    new Subject("Device", Map.of("name", device.name, "development", device.development)), "present");
        }
        for (HandlerDTO handler : state.handlers) {
            subjects.put(
                    new Subject("Handler", service(handler.kind, handler.name, handler.bundle, handler.serviceId)),
                    handler.active ? "active" : "standby");
        }
        for (FailedHandlerDTO failed : state.failedHandlers) {
            subjects.put(
                    new Subject("FailedHandler", service(failed.kind, failed.name, failed.bundle, failed.serviceId)),
                    failed.reason);
        }
        for (FailedTrustedServiceDTO failed : state.failedTrustedServices) {
            subjects.put(
                    new Subject(
                            "FailedTrustedService", service(failed.kind, failed.name, failed.bundle, failed.serviceId)),
                    failed.reason);
        }
        return subjects;
    }

    private static Map<String, Object> service(String kind, String name, String bundle, long id) {
        return Map.of("kind", kind, "name", name == null ? "" : name, "bundle", bundle, Constants.SERVICE_ID, id);
    }
}
