// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReleaseQueueTest {

    @Test
    void givenAReleaseThatFailsWithAnErrorThenThoseAfterItAreCarriedOut() throws InterruptedException {
        List<Integer> released = new CopyOnWriteArrayList<>();
        ReleaseQueue queue = new ReleaseQueue("test", 1, name -> {
            if (name == 2) {
                throw new NoClassDefFoundError("the code of the channel is gone");
            }
            released.add(name);
        });
        queue.start();
        queue.add(2);
        queue.add(3);
        assertTrue(queue.awaitEmpty(TimeUnit.SECONDS.toNanos(10)));
        assertEquals(List.of(3), released);
        queue.stop();
        assertTrue(queue.awaitStopped(TimeUnit.SECONDS.toNanos(10)));
    }
}
