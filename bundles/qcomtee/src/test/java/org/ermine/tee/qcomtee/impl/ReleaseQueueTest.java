// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.ReleaseQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReleaseQueueTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(10);

    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private String device;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> tried = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void name(TestInfo test) {
        device = "test-" + test.getTestMethod().orElseThrow().getName();
    }

    private static void end(ReleaseQueue queue) throws InterruptedException {
        queue.stop();
        assertTrue(queue.awaitStopped(LONG), "its thread is left");
    }

    private ReleaseQueue queue(int attempts, ReleaseQueue.Release release) {
        return queue(attempts, 1, LONG, release);
    }

    private ReleaseQueue queue(int attempts, int threads, long nanos, ReleaseQueue.Release release) {
        return new ReleaseQueue(
                device, new ReleaseQueue.Bounds(attempts, threads, nanos), new RepeatLog(lines::add), release);
    }

    private static void add(ReleaseQueue queue, int name) {
        queue.objects().release(queue.objects().take(name, false));
    }

    @Test
    @DisplayName("REL-1: one release at a time, in the order in which they were queued, however many there are")
    void order() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        int[] inside = new int[1];
        ReleaseQueue queue = queue(3, name -> {
            entered.countDown();
            assertEquals(1, ++inside[0], "releases at once");
            await(goOn);
            tried.add(name);
            inside[0]--;
        });
        queue.start();
        List<Integer> names = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 150; i++) {
                names.add(names.size());
                add(queue, names.get(names.size() - 1));
                await(entered);
            }
            if (round == 0) {
                assertEquals(150, queue.pending());
            }
            goOn.countDown();
            if (round == 1) {
                assertTrue(queue.awaitEmpty(LONG));
            }
        }
        assertTrue(queue.awaitEmpty(LONG));
        assertEquals(names, tried);
        assertEquals(0, queue.pending());
        end(queue);
    }

    @Test
    @DisplayName(
            "ERM-20: given a release that QTEE does not return from, then it holds up no other, and costs one thread")
    void heldUp() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        ReleaseQueue queue = queue(1, 2, SHORT, name -> {
            if (name == 1) {
                await(goOn);
            }
            tried.add(name);
        });
        queue.start();
        for (int name = 1; name <= 100; name++) {
            add(queue, name);
        }
        awaitUntil(() -> tried.size() == 99);
        assertEquals(IntStream.rangeClosed(2, 100).boxed().toList(), tried);
        assertEquals(1, queue.pending());
        assertFalse(queue.awaitEmpty(1));
        goOn.countDown();
        assertTrue(queue.awaitEmpty(LONG));
        awaitUntil(() -> threads() == 1);
        add(queue, 101);
        assertTrue(queue.awaitEmpty(LONG));
        end(queue);
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-24: given as many releases that QTEE does not return from as there are threads, then that is"
                    + " told once, and the others go on with the first that returns")
    void allHeldUp() throws Exception {
        Map<Integer, CountDownLatch> goOn = Map.of(1, new CountDownLatch(1), 2, new CountDownLatch(1));
        ReleaseQueue queue = queue(1, 2, SHORT, name -> {
            if (goOn.containsKey(name)) {
                await(goOn.get(name));
            }
            tried.add(name);
        });
        queue.start();
        for (int name = 1; name <= 3; name++) {
            add(queue, name);
        }
        awaitUntil(() -> !lines.isEmpty());
        add(queue, 4);
        assertEquals(
                List.of(device
                        + ": QTEE does not return from the release of 2 objects, the limit (option releaseThreads of"
                        + " org.ermine.tee.qcomtee), the last one of them object 2; 1 others wait"),
                lines);
        assertEquals(4, queue.pending());
        goOn.get(1).countDown();
        awaitUntil(() -> tried.size() == 3);
        assertEquals(List.of(1, 3, 4), tried);
        goOn.get(2).countDown();
        assertTrue(queue.awaitEmpty(LONG));
        awaitUntil(() -> threads() == 1);
        end(queue);
    }

    private long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ermine-release-" + device))
                .count();
    }

    /** It waits until the time limit of the test. */
    private static void awaitUntil(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("REL-2, REL-3, ERM-8: a failed release is queued again at the end, and stays pending")
    void retry() throws Exception {
        Map<Integer, Integer> failures = new HashMap<>(Map.of(1, 2, 3, 1));
        ReleaseQueue queue = queue(10, name -> {
            tried.add(name);
            if (failures.merge(name, -1, Integer::sum) >= 0) {
                throw new TeeException(Errno.ENOMEM, "short of memory");
            }
        });
        for (int name = 1; name <= 4; name++) {
            add(queue, name);
        }
        assertEquals(4, queue.pending());
        queue.start();
        assertTrue(queue.awaitEmpty(LONG));
        assertEquals(List.of(1, 2, 3, 4, 1, 3, 1), tried);
        end(queue);
    }

    @Test
    @DisplayName(
            "REL-2, ERM-8, TRAP-16, TRAP-17: after as many attempts as configured, or ENODEV, an object is given up")
    void givenUp() throws Exception {
        ReleaseQueue queue = queue(3, name -> {
            tried.add(name);
            if (name == 4) {
                throw new IllegalStateException("broken");
            }
            if (name == 5) {
                ReleaseQueueTest.<RuntimeException>raise(new IOException("checked and not declared"));
            }
            throw new TeeException(name == 2 ? Errno.ENODEV : Errno.ENOMEM, "no");
        });
        queue.start();
        for (int name = 1; name <= 5; name++) {
            add(queue, name);
        }
        assertTrue(queue.awaitEmpty(LONG));
        Collections.sort(tried);
        assertEquals(List.of(1, 1, 1, 2, 3, 3, 3, 4, 5), tried);
        end(queue);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    @DisplayName("ERM-8: between attempts there is a pause, which grows and does not keep the queue from stopping")
    void pause() throws Exception {
        ReleaseQueue queue = queue(4, name -> {
            throw new TeeException(Errno.ENOMEM, "no");
        });
        long start = System.nanoTime();
        queue.start();
        add(queue, 1);
        assertTrue(queue.awaitEmpty(LONG));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(10 + 20 + 40));
        end(queue);
    }

    @Test
    @DisplayName(
            "ERM-8: given objects that are dropped while all releases pause, then the thread that waits for the end of"
                    + " the pause costs no processor time")
    void pausesWithoutSpinning() throws Exception {
        int last = 8;
        AtomicBoolean ready = new AtomicBoolean();
        AtomicReference<ReleaseQueue> queue = new AtomicReference<>();
        queue.set(queue(1000, name -> {
            if (ready.get()) {
                return;
            }
            if (!tried.contains(name)) {
                tried.add(name);
                add(queue.get(), name + 1);
            }
            throw new TeeException(Errno.ENOMEM, "no");
        }));
        long begun = System.nanoTime();
        queue.get().start();
        add(queue.get(), 1);
        awaitUntil(() -> tried.contains(last));
        long cost = ManagementFactory.getThreadMXBean()
                .getThreadCpuTime(named("ermine-release-").getId());
        long elapsed = System.nanoTime() - begun;
        ready.set(true);
        assertTrue(queue.get().awaitEmpty(LONG));
        end(queue.get());
        assertTrue(cost < elapsed / 4, cost + " ns of processor time in " + elapsed + " ns");
    }

    private Thread named(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(prefix + device))
                .findAny()
                .orElseThrow();
    }

    @Test
    @DisplayName(
            "ERM-20, REL-2: given a release that was held up and then fails, then it is tried again, though nothing"
                    + " else is dropped")
    void heldUpAndFailed() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        ReleaseQueue queue = queue(2, 2, SHORT, name -> {
            tried.add(name);
            if (name == 1 && goOn.getCount() > 0) {
                await(goOn);
                throw new TeeException(Errno.ENOMEM, "too late");
            }
        });
        queue.start();
        add(queue, 1);
        awaitUntil(() -> tried.size() == 1);
        add(queue, 2);
        awaitUntil(() -> tried.size() == 2);
        // By then the thread that leads sleeps until something is dropped; should it not, the test finds less.
        LockSupport.parkNanos(20 * SHORT);
        goOn.countDown();
        assertTrue(queue.awaitEmpty(LONG), "it is not tried again");
        assertEquals(List.of(1, 2, 1), tried);
        end(queue);
    }

    /** Why a release failed, which cannot be asked for once, for want of memory. */
    @SuppressWarnings("serial")
    private static final class Shortage extends TeeException {
        private final AtomicBoolean asked = new AtomicBoolean();

        Shortage() {
            super(Errno.ENOMEM, "short of memory");
        }

        @Override
        public Optional<Errno> errno() {
            if (asked.compareAndSet(false, true)) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return super.errno();
        }
    }

    @Test
    @DisplayName("ERM-29, REL-2: given memory that runs out where it is decided about a release that failed, then it is"
            + " tried again")
    void shortageAfterAFailure() throws Exception {
        ReleaseQueue queue = queue(3, name -> {
            tried.add(name);
            if (tried.size() == 1) {
                throw new Shortage();
            }
        });
        queue.start();
        add(queue, 1);
        assertTrue(queue.awaitEmpty(LONG), "it is forgotten");
        assertEquals(List.of(1, 1), tried);
        end(queue);
    }

    @Test
    @DisplayName("CTX-10: waiting for the releases ends in time though QTEE does not answer")
    void hanging() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        ReleaseQueue queue = queue(3, name -> await(goOn));
        queue.start();
        add(queue, 1);
        assertFalse(queue.awaitEmpty(TimeUnit.MILLISECONDS.toNanos(20)));
        queue.stop();
        assertFalse(queue.awaitStopped(TimeUnit.MILLISECONDS.toNanos(20)));
        goOn.countDown();
        end(queue);
    }

    @Test
    @DisplayName(
            "ERM-3: given threads that wait for the queue's lock when the queue is stopped, then they end, and sleep no"
                    + " more")
    void stoppedWhileThreadsWaitForTheLock() throws Exception {
        ReleaseQueue queue = queue(1, name -> {});
        queue.start();
        // A thread that sleeps for good is the one to be woken.
        awaitUntil(() -> field(queue, "sleeper") != null);
        List<Thread> threads = List.of(named("ermine-release-"), named("ermine-release-watch-"));
        ReentrantLock lock = (ReentrantLock) field(queue, "lock");
        lock.lock();
        try {
            threads.forEach(LockSupport::unpark);
            awaitUntil(() -> threads.stream().allMatch(lock::hasQueuedThread));
            queue.stop();
        } finally {
            lock.unlock();
        }
        assertTrue(queue.awaitStopped(LONG), "a thread sleeps after the end");
    }

    private static Object field(ReleaseQueue queue, String name) {
        try {
            Field field = ReleaseQueue.class.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(queue);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("REL-2: a release that QTEE answers with an error is done")
    void answeredWithError() throws Exception {
        TestDevice device = new TestDevice();
        TestDevice.Client client = device.open();
        device.world.onRelease = stay -> stay.finish(55);
        long id = client.newObject(0x10);
        assertEquals(0, client.invoke(id, Wire.OP_RELEASE, Params.none()));
        assertEquals(0x10, device.world.nextRelease());
        device.releaseAll();
        assertEquals(List.of(), device.world.otherReleases());
        device.close();
    }

    @Test
    @DisplayName("REL-2: a release that the channel could not deliver is tried again")
    void notDelivered() throws Exception {
        TestDevice device = new TestDevice();
        TestDevice.Client client = device.open();
        int[] attempts = new int[1];
        device.world.onRelease = stay -> {
            if (++attempts[0] == 1) {
                throw new TeeException(Errno.EBUSY, "not reached");
            }
        };
        client.invoke(client.newObject(0x10), Wire.OP_RELEASE, Params.none());
        assertEquals(0x10, device.world.nextRelease());
        assertEquals(2, attempts[0]);
        assertThrows(TeeException.class, () -> client.invoke(0, 1, Params.none()));
        device.close();
    }

    @Test
    @DisplayName("REL-2: a release that fails with an Error does not keep those after it")
    void error() throws Exception {
        ReleaseQueue queue = queue(1, name -> {
            if (name == 1) {
                throw new NoClassDefFoundError("the code of the channel is gone");
            }
            tried.add(name);
        });
        queue.start();
        add(queue, 1);
        add(queue, 2);
        assertTrue(queue.awaitEmpty(LONG));
        assertEquals(List.of(2), tried);
        end(queue);
    }

    @Test
    @DisplayName("ERM-21: given releases that leave an interrupt behind, or are interrupted, then those after them are"
            + " carried out")
    void interrupts() throws Exception {
        ReleaseQueue queue = queue(2, name -> {
            tried.add(name);
            Thread.currentThread().interrupt();
            if (name == 2) {
                throw new TeeException(Errno.EBUSY, "interrupted, to be tried again");
            }
        });
        queue.start();
        for (int name = 1; name <= 3; name++) {
            add(queue, name);
            assertTrue(queue.awaitEmpty(LONG));
        }
        assertEquals(List.of(1, 2, 2, 3), tried);
        end(queue);
    }

    @Test
    @DisplayName(
            "ERM-20: given a release whose callback nobody answers, then the next release does not wait for the whole"
                    + " time limit of callbacks")
    void unansweredCallback() throws Exception {
        TestDevice device = new TestDevice();
        TestDevice.Client client = device.open();
        int name = client.export(1);
        device.world.onReleaseForever(0x66, String.format("00000000%08x03000000", Integer.reverseBytes(name)));
        client.invoke(client.newObject(0x66), Wire.OP_RELEASE, Params.none());
        client.invoke(client.newObject(0x10), Wire.OP_RELEASE, Params.none());
        long begun = System.nanoTime();
        assertEquals(0x10, device.world.nextRelease());
        assertTrue(System.nanoTime() - begun < device.tee.transport().limits().callbackNanos() / 2);
        device.releaseExports();
        client.drain();
        device.close();
    }

    @Test
    @DisplayName("ERM-20: given trusted code that blocks in the release of an object, then other clients' objects are"
            + " released")
    void blockingTrustedCode() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        TestDevice device = new TestDevice();
        device.world.onRelease = stay -> {
            if (stay.target() == 0x66) {
                await(goOn);
            }
        };
        TestDevice.Client bad = device.open();
        TestDevice.Client good = device.open();
        bad.invoke(bad.newObject(0x66), Wire.OP_RELEASE, Params.none());
        for (int name = 0x10; name < 0x20; name++) {
            good.invoke(good.newObject(name), Wire.OP_RELEASE, Params.none());
            assertEquals(name, device.world.nextRelease());
        }
        awaitUntil(() -> device.tee.pendingReleases() == 1);
        goOn.countDown();
        device.close();
    }
}
