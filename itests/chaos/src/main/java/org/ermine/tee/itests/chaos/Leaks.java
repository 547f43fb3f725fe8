// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.itests.chaos.ledger.Fault;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** What is left over when all who took part have gone. */
final class Leaks {

    private static final String THREADS = "ermine-";
    private static final String PACKAGE = "org.ermine.tee.";

    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final Ledger ledger;
    private final Duration patience;

    Leaks(Ledger ledger, Duration patience) {
        this.ledger = ledger;
        this.patience = patience;
    }

    /**
     * Gives what is released in the background its time, then counts each thing that is left as a fault.
     *
     * @return whether nothing is left
     */
    boolean check(String when, Supplier<List<String>> remains) throws InterruptedException {
        List<String> left = remains(remains);
        left.forEach(each -> ledger.fault(Fault.LEAKED, when + ": " + each));
        return left.isEmpty();
    }

    /**
     * Looks for the class loaders that bundles have lost. Reached from Java code they are faults. The JVM holds some
     * without Java code having part in it: code that was compiled for a thread that never ends names the classes it saw
     * most while it was interpreted, and keeps them for as long as it runs.
     */
    void checkClassLoaders(Platform platform, Path heap, PrintStream out) throws InterruptedException, IOException {
        List<String> left = remains(() -> classLoaders(platform));
        if (left.isEmpty()) {
            return;
        }
        HeapDump dump = HeapDump.write(heap);
        List<String> paths = dump.strongPathsTo(Platform.Lost.class);
        paths.forEach(path -> ledger.fault(Fault.LEAKED, "of classes: " + left + "\n" + path));
        out.println("class loaders that are left: " + left + ", held by "
                + (paths.isEmpty() ? "nothing but the JVM itself" : paths.size() + " paths") + "; the heap: " + dump);
    }

    /**
     * Looks more and more seldom: who looks for classes collects garbage, and the JVM's compilers, which hold the
     * classes they work on, have to get on in between.
     */
    private List<String> remains(Supplier<List<String>> remains) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = 5;
        List<String> left = remains.get();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            never.await(pause, TimeUnit.MILLISECONDS);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            left = remains.get();
        }
        return left;
    }

    /** Those that are left when the garbage has been collected. */
    private static List<String> classLoaders(Platform platform) {
        clearSoftReferences();
        System.gc();
        return platform.reachable();
    }

    /**
     * The JVM guarantees to have cleared all soft references before it runs out of memory: what only caches of the JDK
     * hold is no leak. No other thread notices, since this allocation alone is larger than the heap.
     */
    private static void clearSoftReferences() {
        try {
            byte[] larger = new byte[Integer.MAX_VALUE - Long.BYTES];
            throw new IllegalStateException("the heap has room for " + larger.length + " bytes: limit it");
        } catch (OutOfMemoryError expected) {
            // The allocation is meant to fail.
        }
    }

    /** Threads that Ermine named, or that are in its code; those of the driver excepted. */
    static List<String> threads() {
        return Stacks.ofAllThreads().stream()
                .filter(thread -> thread.getThreadName().startsWith(THREADS) || isInside(thread))
                .map(thread -> "thread " + thread.getThreadName())
                .toList();
    }

    private static boolean isInside(ThreadInfo thread) {
        return Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getClassName)
                .anyMatch(name -> name.startsWith(PACKAGE) && !name.startsWith(Leaks.class.getPackageName()));
    }
}
