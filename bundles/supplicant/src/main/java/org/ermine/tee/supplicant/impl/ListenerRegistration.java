// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.ListenerRegistry;
import org.ermine.tee.supplicant.ListenerHandler;

/** A listener that the TEE knows, until it is closed. Handlers may change behind it. Used by one thread. */
final class ListenerRegistration implements AutoCloseable {

    private final HandlerSlot<ListenerHandler> slot;
    private final ListenerRegistry registry;
    private final SharedMemory messages;
    private final int bufferSize;
    /** Set by whatever thread tells the callback object that it was released. */
    private volatile boolean lost;

    private ListenerRegistration(
            HandlerSlot<ListenerHandler> slot, ListenerRegistry registry, SharedMemory messages, int bufferSize) {
        this.slot = slot;
        this.registry = registry;
        this.messages = messages;
        this.bufferSize = bufferSize;
    }

    /**
     * Registers a listener.
     *
     * @param onLost called when the TEE lets the listener go
     */
    static ListenerRegistration open(
            TeeContext context,
            HandlerSlot<ListenerHandler> slot,
            int bufferSize,
            HandlerInvoker invoker,
            Duration waitLimit,
            Runnable onLost)
            throws TeeException {
        SharedMemory messages = context.allocate(bufferSize);
        ListenerRegistry registry = null;
        try (ClientEnv environment = ClientEnv.register(context)) {
            registry = ListenerRegistry.open(environment);
            ListenerRegistration registration = new ListenerRegistration(slot, registry, messages, bufferSize);
            registry.register(slot.listenerId(), registration.callback(invoker, waitLimit, onLost), messages);
            return registration;
        } catch (TeeException | RuntimeException e) {
            if (registry != null) {
                registry.close();
            }
            messages.close();
            throw e;
        }
    }

    private ListenerCallback callback(HandlerInvoker invoker, Duration waitLimit, Runnable onLost) {
        return new ListenerCallback(slot, invoker, messages.buffer(), waitLimit, () -> {
            lost = true;
            onLost.run();
        });
    }

    HandlerSlot<ListenerHandler> slot() {
        return slot;
    }

    /** Whether it still stands and is large enough. */
    boolean serves(int neededSize) {
        return !lost && bufferSize >= neededSize;
    }

    @Override
    public void close() {
        registry.close();
        messages.close();
    }
}
