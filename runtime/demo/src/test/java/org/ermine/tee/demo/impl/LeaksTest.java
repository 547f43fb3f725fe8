// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeaksTest {

    private final RuntimeDTO state = new RuntimeDTO();
    private final DeviceDTO device = new DeviceDTO();

    LeaksTest() {
        state.memory = new MemoryDTO();
        state.devices = new DeviceDTO[] {device};
    }

    @Test
    void givenADeviceWithoutContextsThenNoObjectIsLeftOver() {
        assertEquals(List.of(), Leaks.contexts(state));
    }

    @Test
    void givenContextsAndLostObjectsThenEachIsReported() {
        ContextDTO context = new ContextDTO();
        context.id = 7;
        context.owner = "com.example";
        context.callbackObjects = 1;
        device.contexts = new ContextDTO[] {context};
        device.leakedObjects = 2;
        device.pendingReleases = 3;

        assertEquals(
                List.of(
                        "context 7 of com.example with 0 TEE objects, 1 callback objects, 0 shared memories",
                        "3 releases not done",
                        "2 objects lost without being closed"),
                Leaks.contexts(state));
    }

    @Test
    void givenMemoryInUseAndADeviceThatIsStillThereThenBothAreReported() {
        state.memory.inUse = 4096;

        assertEquals(List.of("1 devices", "4096 bytes of shared memory in use"), Leaks.memory(state));
    }

    @Test
    void givenAThreadWithANameOfErmineThenItIsLeftOverUntilItEnds() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    running.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ermine-test");
        thread.start();
        running.await();
        assertTrue(Leaks.threads().contains("thread ermine-test"));

        end.countDown();
        thread.join();
        assertFalse(Leaks.threads().contains("thread ermine-test"));
    }

    @Test
    void pollingEndsWithTheFirstEmptyAnswer() throws Exception {
        int[] asked = {0};

        assertEquals(List.of(), Poll.untilEmpty(() -> asked[0]++ < 2 ? List.of("not yet") : List.of()));
        assertEquals(3, asked[0]);
    }
}
