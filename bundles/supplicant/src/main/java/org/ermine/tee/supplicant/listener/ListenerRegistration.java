// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.time.Duration;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.ListenerRegistry;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerSlot;

/** A listener that the TEE knows, until it is closed. The handlers behind it may change. Used by one thread. */
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
     * @param onLost called when the TEE releases the listener
     */
    static ListenerRegistration open(
            TeeContext context,
            HandlerSlot<ListenerHandler> slot,
            int bufferSize,
            HandlerInvoker invoker,
            Duration waitLimit,
            Runnable onLost)
            throws RefusedStepException {
        SharedMemory messages = RegistrationStep.MEMORY.carryOut(() -> context.allocate(bufferSize));
        ListenerRegistry registry = null;
        boolean complete = false;
        try {
            registry = registry(context);
            ListenerRegistration registration = new ListenerRegistration(slot, registry, messages, bufferSize);
            registration.register(invoker, waitLimit, onLost);
            complete = true;
            return registration;
        } finally {
            if (!complete) {
                close(registry, messages);
            }
        }
    }

    private static ListenerRegistry registry(TeeContext context) throws RefusedStepException {
        try (ClientEnv environment = RegistrationStep.CLIENT.carryOut(() -> ClientEnv.register(context))) {
            return RegistrationStep.SERVICE.carryOut(() -> ListenerRegistry.open(environment));
        }
    }

    private void register(HandlerInvoker invoker, Duration waitLimit, Runnable onLost) throws RefusedStepException {
        RegistrationStep.LISTENER.carryOut(() -> {
            registry.register(slot.listenerId(), callback(invoker, waitLimit, onLost), messages);
            return null;
        });
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

    /** Returns the bundle whose handler answers at present, in words. */
    String bundle() {
        Handler<ListenerHandler> best = slot.best();
        return best == null ? "a handler that went" : best.bundle();
    }

    /** Returns whether the TEE still knows it and its memory is large enough. */
    boolean serves(int neededSize) {
        return !lost && bufferSize >= neededSize;
    }

    @Override
    public void close() {
        close(registry, messages);
    }

    private static void close(ListenerRegistry registry, SharedMemory messages) {
        if (registry != null) {
            registry.close();
        }
        messages.close();
    }
}
