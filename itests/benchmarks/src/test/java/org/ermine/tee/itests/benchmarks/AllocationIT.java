// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Heap that calls of each kind allocate in the steady state, with all bundles in place: on the client's thread, which
 * is the secure world's too, and on the supplicant's. A direct invocation allocates nothing. Where an object comes or
 * goes it is one, and the bounds say how large.
 */
@Timeout(300)
class AllocationIT {

    private static final int WARM_UP = 60_000;
    private static final int CALLS = 20_000;
    private static final int ROUNDS = 5;
    private static final int SIZE = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private World world;
    private TeeContext context;
    private TeeObject probe;

    private interface Call {
        void make() throws TeeException;
    }

    @BeforeEach
    void start() throws Exception {
        world = World.start();
        world.deploy(Probe.UID, client -> new Probe());
        context = world.open();
        probe = World.open(context, Probe.UID);
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    private static Arguments buffers() {
        return new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
    }

    @Test
    void directInvocationsAllocateNothing() throws TeeException {
        requireAtMost(0, "arrays", call(probe, Probe.ECHO, buffers()));
        requireAtMost(
                0,
                "direct buffers",
                call(
                        probe,
                        Probe.ECHO,
                        new Arguments().in(ByteBuffer.allocateDirect(SIZE)).out(ByteBuffer.allocateDirect(SIZE))));
    }

    @Test
    void aCallbackOnTheCallingThreadAllocatesNothing() throws TeeException {
        TeeObject yielding = World.open(world.yieldingDevice().open(), Probe.UID);
        requireAtMost(0, "callback served by the driver", call(yielding, Probe.ECHO, buffers()));
    }

    @Test
    void objectsThatArePassedAllocateLittleMoreThanWhatStandsForThem() throws TeeException {
        ObjectReference memory = context.allocate(4096);
        requireAtMost(264, "memory object in", call(probe, Probe.ECHO, new Arguments().in(memory)));
        Arguments created = new Arguments().outObject();
        probe.invoke(Probe.CREATE, created);
        requireAtMost(40, "TEE object in", call(probe, Probe.ECHO, new Arguments().in(created.teeObject(0))));
        Arguments creation = new Arguments().outObject();
        requireAtMost(232, "TEE object out, closed", () -> {
            probe.invoke(Probe.CREATE, creation);
            creation.teeObject(0).close();
        });
        requireAtMost(1100, "memory mapped", call(probe, Probe.TOUCH, new Arguments().in(memory)));
    }

    @Test
    void aCallbackThroughTheQueueAllocatesHardlyAnythingOnTheClientsThread() throws TeeException {
        CallbackObject echo = (op, call) -> call.output(0).put(call.input(0));
        probe.invoke(Probe.KEEP, new Arguments().in(echo));
        Call call = call(probe, Probe.CALL_BACK, buffers());
        requireAtMost(64, "callback through the queue, client", call);
        long worker = allocated(AllocationIT::isWorker, call);
        System.out.printf("callback through the queue, workers: %.1f bytes%n", (double) worker / CALLS);
        assertTrue(worker / CALLS <= 700, worker / CALLS + " bytes for each callback on the supplicant's threads");
    }

    private static Call call(TeeObject object, int op, Arguments arguments) {
        return () -> object.invoke(op, arguments);
    }

    private void requireAtMost(int bytes, String what, Call call) throws TeeException {
        long client = allocated(id -> id == Thread.currentThread().getId(), call);
        System.out.printf("%s: %.1f bytes%n", what, (double) client / CALLS);
        // A few bytes are those of compiled code that was thrown away and of other threads' doings in this one.
        assertTrue(client <= (bytes + 0.5) * CALLS, what + ": " + (double) client / CALLS + " bytes for each call");
    }

    /**
     * The bytes of the round with the fewest: a table or a ring that grows does so in one of them, on whichever thread
     * comes by, and how far it grows depends on how long another thread had to wait for a processor. What each call
     * costs is in all rounds.
     */
    private long allocated(Predicate<Long> which, Call call) throws TeeException {
        repeat(WARM_UP, call);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            Map<Long, Long> before = bytes(which);
            repeat(CALLS, call);
            least = Math.min(least, growth(before, bytes(which)));
        }
        return least;
    }

    private static void repeat(int times, Call call) throws TeeException {
        for (int i = 0; i < times; i++) {
            call.make();
        }
    }

    /** What the threads allocated so far, by id. */
    private Map<Long, Long> bytes(Predicate<Long> which) {
        return Arrays.stream(threads.getAllThreadIds())
                .boxed()
                .filter(which)
                .collect(Collectors.toMap(Function.identity(), id -> Math.max(0, threads.getThreadAllocatedBytes(id))));
    }

    /**
     * Threads that came in between count from zero, and those that ended not at all: their figure is gone with them.
     */
    private static long growth(Map<Long, Long> before, Map<Long, Long> after) {
        return after.entrySet().stream()
                .mapToLong(each -> each.getValue() - before.getOrDefault(each.getKey(), 0L))
                .sum();
    }

    private static boolean isWorker(long id) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getId() == id && thread.getName().startsWith("ermine-supplicant-worker"));
    }
}
