// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.supplicant.call.Called;
import org.ermine.tee.supplicant.call.RunningCall;

/**
 * A usable handler service and what it is doing. Owned by a {@link HandlerSlot}, whose lock guards all that is not
 * final or atomic.
 */
public final class Handler<S> implements Called {

    private final String kind;
    private final String bundle;
    final long boundAt = System.currentTimeMillis();
    final AtomicLong requests = new AtomicLong();
    final AtomicLong failures = new AtomicLong();

    /** Changes in its ranking only. */
    private volatile HandlerProperties properties;

    /** The calls that have begun and not ended. */
    final Set<RunningCall> calls = new HashSet<>();
    /** The service object while the handler is among those of its slot, or ends what it does; else null. */
    S service;
    /** Whether it ever was. */
    boolean added;

    boolean removed;

    /** Touched by the one call in progress: listener handlers are called for one request at a time. */
    private ByteBuffer message;

    public Handler(String kind, HandlerProperties properties, String bundle) {
        this.kind = kind;
        this.properties = properties;
        this.bundle = bundle;
    }

    public HandlerProperties properties() {
        return properties;
    }

    void reranked(HandlerProperties changed) {
        properties = changed;
    }

    public String bundle() {
        return bundle;
    }

    @Override
    public String name() {
        return toString();
    }

    /** A bundle has as many as it serves listeners and names; a service that it registers again is none of its own. */
    @Override
    public Object cause() {
        return List.of(bundle, kind, properties.name());
    }

    @Override
    public void failed() {
        failures.incrementAndGet();
    }

    /** Private memory for a message of that size: direct, so that a handler's file operations need no further copy. */
    public ByteBuffer message(int size) {
        if (message == null || message.capacity() < size) {
            message = ByteBuffer.allocateDirect(size);
        }
        return message.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** By ranking, then by service id: as the framework orders services. */
    boolean precedes(Handler<S> other) {
        HandlerProperties mine = properties;
        HandlerProperties theirs = other.properties;
        return mine.ranking() != theirs.ranking()
                ? mine.ranking() > theirs.ranking()
                : mine.serviceId() < theirs.serviceId();
    }

    @Override
    public String toString() {
        return kind + " " + properties.name() + " of " + bundle + " (service " + properties.serviceId() + ")";
    }
}
