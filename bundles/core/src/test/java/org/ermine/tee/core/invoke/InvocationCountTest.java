// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.spi.HazardSlots;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InvocationCountTest {

    private static final int ROUNDS = 50_000;

    private final CallFrames frames = new CallFrames(0, new HazardSlots());
    private final InvocationCount first = new InvocationCount(1);
    private final InvocationCount second = new InvocationCount(2);

    private void invoke(InvocationCount context, int times) {
        for (int i = 0; i < times; i++) {
            CallFrame frame = frames.take(HazardSlots.key(context.context(), 0));
            frame.count(context);
            frames.giveBack(frame);
        }
    }

    @Test
    @DisplayName("given a thread that goes from one context to the other, then the invocations of each are counted")
    void eachHasItsOwn() {
        invoke(first, 3);
        assertEquals(3, first.sum(frames::counted));
        invoke(second, 5);
        invoke(first, 2);

        assertEquals(5, first.sum(frames::counted));
        assertEquals(5, second.sum(frames::counted));
    }

    @Test
    @DisplayName(
            "given threads that go to and fro between contexts, then no count is ever more than there were or less than"
                    + " before, and in the end it is all of them")
    void readMeanwhile() throws InterruptedException {
        AtomicLong begun = new AtomicLong();
        boolean right = true;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thread = new Thread(() -> toAndFro(begun), "invoker");
            threads.add(thread);
            thread.start();
        }
        long before = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            long now = first.sum(frames::counted);
            right &= now >= before && now <= begun.get();
            before = now;
        }
        assertTrue(right, "a count was wrong on the way");
        assertEquals(2 * 3 * ROUNDS, first.sum(frames::counted));
        assertEquals(2 * ROUNDS, second.sum(frames::counted));
    }

    private void toAndFro(AtomicLong begun) {
        for (int i = 0; i < ROUNDS; i++) {
            begun.addAndGet(3);
            invoke(first, 3);
            invoke(second, 1);
        }
    }
}
