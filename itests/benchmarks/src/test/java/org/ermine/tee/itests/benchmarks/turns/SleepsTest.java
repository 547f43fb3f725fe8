// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SleepsTest {

    private static final String NAME = "with-a-long-name-of-a-sleeper";
    private static final String AS_LINUX_HAS_IT = "with-a-long-nam";
    private static final int TIMES = 20;

    private final SynchronousQueue<Integer> toThread = new SynchronousQueue<>();
    private final SynchronousQueue<Integer> fromThread = new SynchronousQueue<>();

    @BeforeEach
    void onLinux() {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only Linux counts it");
    }

    @Test
    @DisplayName("given a thread that waits again and again, when sleeps are counted, then those of it are there")
    void javaThread() throws Exception {
        Thread thread = new Thread(this::answer, NAME);
        thread.start();
        Sleeps before = Sleeps.now();
        for (int i = 1; i <= TIMES; i++) {
            toThread.put(i);
            assertEquals(i, fromThread.take());
        }
        Map<String, Long> sleeps = Sleeps.now().since(before);
        toThread.put(0);
        thread.join();
        assertTrue(sleeps.containsKey(AS_LINUX_HAS_IT), sleeps.toString());
    }

    @Test
    @DisplayName(
            "given the threads with which the JVM compiles and collects, when sleeps are counted, then they are left "
                    + "out")
    void threadsOfTheJvm() {
        Map<String, Long> sleeps = Sleeps.now().since(Sleeps.now());
        assertTrue(sleeps.containsKey("java"), sleeps.toString());
        for (String name : sleeps.keySet()) {
            assertTrue(!name.contains("Compiler") && !name.startsWith("G1 ") && !name.startsWith("VM "), name);
        }
    }

    private void answer() {
        try {
            for (int number = toThread.take(); number > 0; number = toThread.take()) {
                fromThread.put(number);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
