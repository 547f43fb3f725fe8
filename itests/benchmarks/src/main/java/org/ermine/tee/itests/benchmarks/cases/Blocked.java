// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/**
 * A thousand clients of ten contexts, each of which calls back something that waits for 200 ms, as for a disk: how many
 * are served the first time, and how evenly the contexts are while all go on.
 */
public final class Blocked implements Group {

    private static final int CONTEXTS = 10;
    private static final int CLIENTS = 100;
    private static final long WAIT_NANOS = 200_000_000;
    private static final int GO_ON_MILLIS = 10_000;

    private static final CallbackObject WAITING = (op, call) -> {
        long end = System.nanoTime() + WAIT_NANOS;
        for (long left = WAIT_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        call.output(0).put(call.input(0));
    };

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe()) {
            List<TeeContext> contexts = new ArrayList<>();
            for (int i = 0; i < CONTEXTS; i++) {
                contexts.add(world.open());
            }
            int clients = stage.plan().of(CLIENTS);
            int served = sum(served(contexts, clients, 0));
            stage.report(Case.BLOCKED_REFUSED.name(), CONTEXTS * clients - served);
            int[] each = served(contexts, clients, stage.plan().of(GO_ON_MILLIS) * 1_000_000L);
            Arrays.sort(each);
            stage.report(Case.BLOCKED_FAIRNESS.name(), (double) each[CONTEXTS - 1] / Math.max(1, each[0]));
            contexts.forEach(TeeContext::close);
        }
    }

    private static int sum(int[] counts) {
        return Arrays.stream(counts).sum();
    }

    /** How many callbacks of each context were served, where each client makes one, and goes on for so long. */
    private static int[] served(List<TeeContext> contexts, int clients, long nanos) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger[] served = new AtomicInteger[contexts.size()];
        for (int context = 0; context < served.length; context++) {
            served[context] = new AtomicInteger();
            for (int client = 0; client < clients; client++) {
                threads.add(client(contexts.get(context), start, nanos, served[context]));
            }
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return Arrays.stream(served).mapToInt(AtomicInteger::get).toArray();
    }

    private static Thread client(TeeContext context, CountDownLatch start, long nanos, AtomicInteger served)
            throws TeeException {
        TeeObject probe = World.open(context, Probe.UID);
        probe.invoke(Probe.KEEP, new Arguments().in(WAITING));
        Thread thread = new Thread(() -> call(probe, start, nanos, served), "client");
        thread.start();
        return thread;
    }

    private static void call(TeeObject probe, CountDownLatch start, long nanos, AtomicInteger served) {
        try {
            start.await();
            long end = System.nanoTime() + nanos;
            do {
                probe.invoke(Probe.CALL_BACK, new Arguments().in(new byte[8]).out(new byte[8]));
                served.incrementAndGet();
            } while (System.nanoTime() < end);
        } catch (TeeException e) {
            // Not served: that is what is counted.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int jvms() {
        return 1;
    }
}
