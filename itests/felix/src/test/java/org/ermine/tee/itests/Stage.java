// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Keeps invocations at the places that are closed, deaf to interrupts, until these are opened. Places are named by
 * bundle, number of the invocation and, within the TEE and in callbacks, level: {@code owner.0.ready}, {@code
 * owner.0.1.world}, {@code owner.0.1.dispatch}, {@code owner.0.1.answered}.
 */
final class Stage implements UnaryOperator<String> {

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    /** The invocation that is about to begin. */
    private final Map<Thread, String> ready = new ConcurrentHashMap<>();

    private static final class Gate {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch opened = new CountDownLatch(1);
    }

    void close(String place) {
        gates.put(place, new Gate());
    }

    void open(String place) {
        gates.get(place).opened.countDown();
    }

    void openAll() {
        gates.values().forEach(gate -> gate.opened.countDown());
    }

    /** Waits until an invocation is at a place that is closed. */
    void await(String place) throws InterruptedException {
        assertEquals(place + " is reached", true, gates.get(place).reached.await(20, TimeUnit.SECONDS));
    }

    @Override
    public String apply(String place) {
        if (place.endsWith(".ready")) {
            ready.put(Thread.currentThread(), place.replace(".ready", ".marshalling"));
        }
        Gate gate = gates.get(place);
        if (gate != null) {
            gate.reached.countDown();
            awaitOpen(gate.opened);
        }
        return place;
    }

    /**
     * The calling thread takes memory for a message; if it is for the invocation that it was ready for, that is a
     * place.
     */
    void marshalling() {
        String place = ready.remove(Thread.currentThread());
        if (place != null) {
            apply(place);
        }
    }

    private static void awaitOpen(CountDownLatch opened) {
        boolean interrupted = false;
        while (opened.getCount() > 0) {
            try {
                opened.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    Set<String> places() {
        return gates.keySet();
    }
}
