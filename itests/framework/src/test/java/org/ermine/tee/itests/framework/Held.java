// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Keeps invocations of a {@link BusyBundle} where they are, until they are let go or, unless they are deaf,
 * interrupted.
 */
final class Held implements UnaryOperator<String> {

    private final boolean deaf;
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);

    Held(boolean deaf) {
        this.deaf = deaf;
    }

    @Override
    public String apply(String place) {
        arrived.add(place);
        boolean interrupted = false;
        while (released.getCount() > 0 && !(interrupted && !deaf)) {
            try {
                released.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return place;
    }

    /** Waits until an invocation has got to each of these places. */
    void await(List<String> places) throws InterruptedException {
        for (int i = 0; i < places.size(); i++) {
            String place = arrived.poll(20, TimeUnit.SECONDS);
            assertTrue(places.contains(place), "an invocation is at " + places + ", not " + place);
        }
        assertEquals(0, arrived.size(), "further arrivals");
    }

    void release() {
        released.countDown();
    }
}
