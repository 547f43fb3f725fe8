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

    /** They change in the ranking only. */
    private volatile HandlerProperties properties;

    /** The calls that have begun and not ended. */
    final Set<RunningCall> calls = new HashSet<>();
    /** The service object while the handler is among those of its slot, or ends what it does; else null. */
    S service;
    /** Whether it was ever among those of its slot. */
    boolean added;

    boolean removed;

    /** Used by the one call in progress, since handlers of listeners are called for one request at a time. */
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

    /** A bundle has one cause for each listener and name: it does not get another one by registering again. */
    @Override
    public Object cause() {
        return List.of(bundle, kind, properties.name());
    }

    @Override
    public void failed() {
        failures.incrementAndGet();
    }

    /**
     * Returns private memory for a message of that size. It is direct, so that file operations of the handler do not
     * copy it once more.
     */
    public ByteBuffer message(int size) {
        if (message == null || message.capacity() < size) {
            message = ByteBuffer.allocateDirect(size);
        }
        return message.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Compares by ranking, then by service id, as the framework orders services. */
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
