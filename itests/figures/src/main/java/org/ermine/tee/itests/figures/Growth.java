// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.QteeUid;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;

/** Whether memory grows with the number of contexts and objects that came and went. */
final class Growth {

    private static final int CONTEXTS = 10_000;
    private static final int OBJECTS = 1_000_000;

    private final TeeDevice device;
    private final TeeRuntime runtime;

    Growth(TeeDevice device, TeeRuntime runtime) {
        this.device = device;
        this.runtime = runtime;
    }

    private record Usage(long heap, long direct, long shared) {
        private String minus(Usage before) {
            return String.format(
                    "heap %+d KiB, direct %+d KiB, shared %+d KiB",
                    (heap - before.heap) >> 10, (direct - before.direct) >> 10, (shared - before.shared) >> 10);
        }
    }

    void measure() throws TeeException {
        contexts(CONTEXTS / 10);
        objects(OBJECTS / 10);
        Usage before = usage();

        long start = System.nanoTime();
        contexts(CONTEXTS);
        System.out.printf("| open and close a context, with client environment | %.1f us |%n", micros(start, CONTEXTS));
        Usage afterContexts = usage();
        start = System.nanoTime();
        objects(OBJECTS);
        System.out.printf("| create and release an object | %.2f us |%n", micros(start, OBJECTS));
        Usage afterObjects = usage();

        System.out.printf("| growth after %,d contexts | %s |%n", CONTEXTS, afterContexts.minus(before));
        System.out.printf("| growth after %,d objects | %s |%n", OBJECTS, afterObjects.minus(afterContexts));
    }

    private void contexts(int count) throws TeeException {
        for (int i = 0; i < count; i++) {
            try (TeeContext context = device.open();
                    ClientEnv environment = ClientEnv.register(context)) {
                if (context.isClosed()) {
                    throw new IllegalStateException("closed while open, with " + environment);
                }
            }
        }
    }

    private void objects(int count) throws TeeException {
        try (TeeContext context = device.open();
                ClientEnv environment = ClientEnv.register(context)) {
            for (int i = 0; i < count; i++) {
                try (TeeObject object = environment.open(QteeUid.DIAGNOSTICS)) {
                    if (object.isClosed()) {
                        throw new IllegalStateException("closed while open");
                    }
                }
            }
        }
    }

    private Usage usage() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (pending() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        Runtime jvm = Runtime.getRuntime();
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            heap = Math.min(heap, jvm.totalMemory() - jvm.freeMemory());
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new Usage(heap, direct, runtime.snapshot().memory.committed);
    }

    /** Releases that the TEE was not told of, and contexts that it still refers to. */
    private int pending() {
        RuntimeDTO snapshot = runtime.snapshot();
        int pending = 0;
        for (var dto : snapshot.devices) {
            pending += dto.pendingReleases;
            for (var context : dto.contexts) {
                pending += context.closed ? 1 : 0;
            }
        }
        return pending;
    }

    private static double micros(long start, int count) {
        return (System.nanoTime() - start) / 1e3 / count;
    }
}
