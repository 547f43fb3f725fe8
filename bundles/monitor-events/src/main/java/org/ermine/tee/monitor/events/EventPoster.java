// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.events;

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
 * Posts an event when a device or handler comes, goes or changes, but not for contexts, which may do so thousands of
 * times a second. Topics are {@code org/ermine/tee/Device/ADDED}, {@code .../Handler/CHANGED} and so on, with
 * {@code REMOVED} and {@code FailedHandler} or {@code FailedTrustedService}; properties are the fields of the DTO that
 * name it. No event is posted for what was there before this component.
 *
 * <p>Changes of {@link TeeRuntime}'s service properties trigger it, one at a time. It takes a snapshot only when these
 * say that something other than contexts changed, and then of everything but contexts. {@code this} guards
 * {@code known} and {@code seen}, and is not held during a snapshot, since parts of other bundles are called then,
 * which may not return. A snapshot that fails is taken again at the next change of any kind.
 */
@Component(
        service = {},
        immediate = true)
public final class EventPoster {

    private static final String TOPICS = "org/ermine/tee/";

    /** What an event is about: {@code properties} stay the same as long as it is there, {@code state} may change. */
    private record Subject(String topic, Map<String, Object> properties) {}

    private final EventAdmin events;
    private Map<Subject, String> known = Map.of();
    /** The count of changes up to which {@code known} is right, at least. */
    private Object seen;

    @Activate
    public EventPoster(@Reference(name = "events") EventAdmin events) {
        this.events = events;
    }

    @Reference(updated = "changed", unbind = "gone")
    void bind(TeeRuntime runtime, Map<String, Object> properties) {
        know(subjects(runtime.snapshot(0)), properties.get(TeeRuntime.SERVICES_CHANGECOUNT));
    }

    private synchronized void know(Map<Subject, String> subjects, Object count) {
        known = subjects;
        seen = count;
    }

    synchronized void gone(TeeRuntime runtime) {
        known = Map.of();
    }

    void changed(TeeRuntime runtime, Map<String, Object> properties) {
        Object count = properties.get(TeeRuntime.SERVICES_CHANGECOUNT);
        Map<Subject, String> before = knownUnless(count);
        if (before == null) {
            return;
        }
        Map<Subject, String> now = subjects(runtime.snapshot(0));
        if (replace(before, now, count)) {
            before.keySet().stream()
                    .filter(subject -> !now.containsKey(subject))
                    .forEach(gone -> post(gone, "REMOVED", null));
            now.forEach((subject, state) -> postDifference(subject, before.get(subject), state));
        }
    }

    /** What is known; null if it is right up to this count. */
    private synchronized Map<Subject, String> knownUnless(Object count) {
        return count.equals(seen) ? null : known;
    }

    /** Returns false if the runtime went meanwhile: of what was known then nothing is posted. */
    private synchronized boolean replace(Map<Subject, String> before, Map<Subject, String> now, Object count) {
        if (known != before) {
            return false;
        }
        know(now, count);
        return true;
    }

    private void postDifference(Subject subject, String before, String now) {
        if (before == null) {
            post(subject, "ADDED", now);
        } else if (!before.equals(now)) {
            post(subject, "CHANGED", now);
        }
    }

    /** @param state null if it has none any more */
    private void post(Subject subject, String what, String state) {
        Map<String, Object> properties = new HashMap<>(subject.properties());
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
