// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.AnnotationElement;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.EventFactory;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;
import org.ermine.tee.spi.TeeObserver.Source;

/**
 * Ermine's events of Flight Recorder.
 *
 * <p>They are made by {@link EventFactory}, not declared as classes: Flight Recorder changes the code of an event's
 * class so that it refers to packages that no framework exports, and a class of a bundle cannot find them.
 */
final class FlightEvents implements EventSink, AutoCloseable {

    private final EventFactory invocation = event(
            "Invocation",
            "an invocation by a client, with the callbacks that it led to; of so many one, as the option sampling says",
            source(object(), operation(), result()));
    private final EventFactory callback = event(
            "Callback",
            "the work on a request of the TEE to a callback object",
            source(
                    object(),
                    operation(),
                    result(),
                    new ValueDescriptor(
                            long.class,
                            "queued",
                            List.of(
                                    label("Time in queue"),
                                    new AnnotationElement(Timespan.class, Timespan.NANOSECONDS)))));
    /** Are asked for at once, since those of events that were unregistered meanwhile cannot be had. */
    private final EventType invocationType = invocation.getEventType();

    private final EventType callbackType = callback.getEventType();
    private final EventFactory refusal = event(
            "Refusal",
            "an invocation that did not reach its object, or whose outcome is not known",
            source(object(), operation(), text("errno", "Error number"), text("reason", "Reason")));
    private final EventFactory release =
            event("Release", "an object that its holder let go", source(text("kind", "Kind of object"), object()));
    private final EventFactory swap = event(
            "HandlerSwap",
            "requests go to another handler from now on",
            List.of(
                    text("kind", "Kind of handler"),
                    text("name", "Listener or callback"),
                    text("from", "Bundle before"),
                    text("to", "Bundle from now on"),
                    new ValueDescriptor(
                            long.class,
                            "vacant",
                            List.of(
                                    label("Time without a handler"),
                                    new AnnotationElement(Timespan.class, Timespan.MILLISECONDS)))));

    private static EventFactory event(String name, String label, List<ValueDescriptor> fields) {
        return EventFactory.create(
                List.of(
                        new AnnotationElement(Name.class, "org.ermine.tee." + name),
                        label(label),
                        new AnnotationElement(Category.class, new String[] {"Ermine"}),
                        new AnnotationElement(StackTrace.class, false)),
                fields);
    }

    private static List<ValueDescriptor> source(ValueDescriptor... more) {
        List<ValueDescriptor> fields = new ArrayList<>(List.of(
                text("device", "Device"),
                number(long.class, "context", "Context"),
                text("owner", "Owner of the context"),
                number(long.class, "ownerBundle", "Bundle id of the owner")));
        fields.addAll(Arrays.asList(more));
        return fields;
    }

    private static ValueDescriptor object() {
        return number(long.class, "object", "Object");
    }

    private static ValueDescriptor operation() {
        return number(int.class, "operation", "Operation");
    }

    private static ValueDescriptor result() {
        return number(int.class, "result", "Result of the object, or a negative errno");
    }

    private static ValueDescriptor number(Class<?> type, String name, String label) {
        return new ValueDescriptor(type, name, List.of(label(label)));
    }

    private static ValueDescriptor text(String name, String label) {
        return number(String.class, name, label);
    }

    private static AnnotationElement label(String text) {
        return new AnnotationElement(Label.class, text);
    }

    @Override
    public Object begin(Activity activity) {
        boolean isInvocation = activity == Activity.INVOCATION;
        if (!(isInvocation ? invocationType : callbackType).isEnabled()) {
            return null;
        }
        Event event = (isInvocation ? invocation : callback).newEvent();
        event.begin();
        return event;
    }

    @Override
    public void end(Activity activity, Object begun, Source source, Ended ended) {
        Event event = (Event) begun;
        event.end();
        if (!event.shouldCommit()) {
            return;
        }
        if (activity == Activity.INVOCATION) {
            commit(event, source, ended.object(), ended.op(), ended.result());
        } else {
            commit(event, source, ended.object(), ended.op(), ended.result(), Math.max(0, ended.waitedNanos()));
        }
    }

    @Override
    public void refused(Source source, long object, int op, TeeException reason) {
        Event event = refusal.newEvent();
        if (event.shouldCommit()) {
            String errno = reason.errno().map(Enum::name).orElse("");
            commit(event, source, object, op, errno, reason.getMessage());
        }
    }

    @Override
    public void released(Source source, String kind, long object) {
        Event event = release.newEvent();
        if (event.shouldCommit()) {
            commit(event, source, kind, object);
        }
    }

    @Override
    public void swapped(HandlerSwapDTO change) {
        Event event = swap.newEvent();
        if (event.shouldCommit()) {
            set(event, 0, change.kind, change.name, change.from, change.to, change.vacantMillis);
            event.commit();
        }
    }

    private static void commit(Event event, Source source, Object... more) {
        set(event, 0, source.device(), source.context(), source.owner(), source.ownerBundleId());
        set(event, 4, more);
        event.commit();
    }

    private static void set(Event event, int first, Object... values) {
        for (int i = 0; i < values.length; i++) {
            event.set(first + i, values[i]);
        }
    }

    /** Unregisters the events. Those that have begun still end. */
    @Override
    public void close() {
        for (EventFactory each : List.of(invocation, callback, refusal, release, swap)) {
            each.unregister();
        }
    }
}
