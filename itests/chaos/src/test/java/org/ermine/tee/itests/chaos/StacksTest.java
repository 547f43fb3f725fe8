// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StacksTest {

    private static final String NAME = "ermine-deep";
    private static final int DEPTH = 4 * Stacks.MOST_FRAMES;
    private static final long ROOM = 16L << 20;

    private final CountDownLatch deep = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(null, () -> descend(DEPTH), NAME, ROOM);

    private int descend(int levels) {
        if (levels > 0) {
            return 1 + descend(levels - 1);
        }
        deep.countDown();
        try {
            end.await();
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void setUp() throws InterruptedException {
        thread.start();
        deep.await();
    }

    @AfterEach
    void tearDown() throws InterruptedException {
        end.countDown();
        thread.join();
    }

    private static int frames(List<ThreadInfo> threads) {
        return threads.stream()
                .filter(each -> each.getThreadName().equals(NAME))
                .mapToInt(each -> each.getStackTrace().length)
                .sum();
    }

    @Test
    void givenAThreadDeepInCallsThenItIsSeenAndItsStackIsReadInPart() {
        assertEquals(Stacks.MOST_FRAMES, frames(Stacks.ofAllThreads()));
        assertEquals(List.of("thread " + NAME), Leaks.threads());
    }

    @Test
    void givenAThreadDeepInCallsWhenLocksAreShownThenItsStackIsReadInPartToo() {
        assertEquals(Stacks.MOST_FRAMES, frames(Stacks.withLocks()));
    }
}
