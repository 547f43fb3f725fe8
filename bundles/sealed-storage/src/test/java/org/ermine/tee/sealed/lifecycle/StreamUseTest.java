// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However uses and ends of a stream meet, what it holds is given up once, and not while it is used. */
@Timeout(60)
class StreamUseTest {

    private static final int ROUNDS = 2000;
    private static final int USERS = 3;
    private static final int ENDS = 2;

    private final AtomicInteger users = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();

    @Test
    void givenUsersAndThoseWhoEndItAtOnceThenItIsGivenUpOnceAndByItself() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(USERS + ENDS);
        CyclicBarrier together = new CyclicBarrier(USERS + ENDS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                StreamUse use = new StreamUse("x", this::giveUp);
                givenUp.set(0);
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < USERS; i++) {
                    all.add(threads.submit(() -> {
                        together.await();
                        use(use);
                        return null;
                    }));
                }
                for (int i = 0; i < ENDS; i++) {
                    all.add(threads.submit(() -> {
                        together.await();
                        use.end(Ending.CLOSED);
                        return null;
                    }));
                }
                for (Future<?> each : all) {
                    each.get();
                }
                assertEquals(1, givenUp.get(), "round " + round);
            }
            assertEquals(0, overlaps.get());
        } finally {
            threads.shutdownNow();
        }
    }

    private void use(StreamUse use) throws SealedStorageException {
        try {
            use.enter();
        } catch (SealedStorageException e) {
            assertEquals(true, e.reason() == Reason.BUSY || e.reason() == Reason.CLOSED, e.getMessage());
            return;
        }
        if (users.getAndIncrement() > 0 || givenUp.get() > 0) {
            overlaps.incrementAndGet();
        }
        Thread.yield();
        users.decrementAndGet();
        use.leave();
    }

    private void giveUp(Ending why) {
        if (users.get() > 0) {
            overlaps.incrementAndGet();
        }
        givenUp.incrementAndGet();
    }
}
