// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PoolTest {

    @Test
    void whatIsGivenBackIsTakenAgainByTheSameThread() {
        Pool<Object> pool = new Pool<>(Object::new);
        Object first = pool.take();
        Object second = pool.take();
        assertNotSame(first, second);
        pool.giveBack(first);
        assertSame(first, pool.take());
        pool.giveBack(second);
        pool.giveBack(first);
        assertTrue(Set.of(first, second).containsAll(List.of(pool.take(), pool.take())));
    }

    @Test
    void itKeepsNoMoreThanItHasRoomFor() {
        AtomicInteger made = new AtomicInteger();
        Pool<Integer> pool = new Pool<>(made::incrementAndGet);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            taken.add(pool.take());
        }
        taken.forEach(pool::giveBack);
        for (int i = 0; i < 100; i++) {
            pool.take();
        }
        assertTrue(made.get() > 190, "made only " + made);
    }

    @Test
    void nothingIsTakenByTwoThreadsAtOnce() throws InterruptedException {
        Pool<AtomicBoolean> pool = new Pool<>(AtomicBoolean::new);
        Set<Thread> wrong = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    AtomicBoolean inUse = pool.take();
                    if (!inUse.compareAndSet(false, true)) {
                        wrong.add(Thread.currentThread());
                    }
                    inUse.set(false);
                    pool.giveBack(inUse);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(wrong.isEmpty());
    }
}
