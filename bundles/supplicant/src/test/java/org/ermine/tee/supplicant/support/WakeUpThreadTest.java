// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.DaemonThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WakeUpThreadTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicReference<Runnable> task = new AtomicReference<>(() -> {});
    private final Semaphore runs = new Semaphore(0);
    private final CountDownLatch mayFail = new CountDownLatch(1);
    private final WakeUpThread wakeUp = new WakeUpThread("test-wake-up", () -> {
        runs.release();
        task.get().run();
    });

    @AfterEach
    void end() {
        wakeUp.end(() -> {}, LONG);
        assertTrue(thread().isEmpty(), "the thread is left");
    }

    private static List<Thread> thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("test-wake-up"))
                .toList();
    }

    private void awaitRun() throws InterruptedException {
        assertTrue(runs.tryAcquire(20, TimeUnit.SECONDS), "the task was not carried out");
    }

    @Test
    @DisplayName(
            "ERM-21: given a task that throws a checked exception that it does not declare, then it is carried out "
                    + "again when that is asked for")
    void givenATaskThatThrowsAnUndeclaredExceptionThenItIsCarriedOutAgain() throws InterruptedException {
        task.set(() -> WakeUpThreadTest.<RuntimeException>raise(new IOException("thrown by the test")));
        for (int i = 0; i < 3; i++) {
            wakeUp.by(wakeUp.now());
            awaitRun();
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void givenItIsAskedForManyLaterTimesThenTheTaskIsCarriedOutOnceAtTheEarliest() throws InterruptedException {
        long soon = wakeUp.now() + TimeUnit.MILLISECONDS.toNanos(50);
        long later = soon + TimeUnit.HOURS.toNanos(1);
        wakeUp.by(later);
        wakeUp.by(soon);
        for (int i = 0; i < 1_000_000; i++) {
            wakeUp.by(later + i);
        }
        awaitRun();
        assertTrue(wakeUp.now() >= soon, "it was carried out too early");
        wakeUp.end(() -> {}, LONG);
        assertEquals(0, runs.availablePermits(), "it was carried out again");
    }

    @Test
    void givenTheTaskAsksForAnotherTimeThenItIsCarriedOutAgain() throws InterruptedException {
        AtomicInteger left = new AtomicInteger(3);
        task.set(() -> {
            if (left.decrementAndGet() > 0) {
                wakeUp.by(wakeUp.now());
            }
        });
        wakeUp.by(wakeUp.now());
        for (int i = 0; i < 3; i++) {
            awaitRun();
        }
    }

    @Test
    void givenItIsAskedWhileTheTaskIsAtWorkThenItIsCarriedOutOnceMore() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        task.set(() -> {
            working.countDown();
            waitFor(mayEnd);
        });
        wakeUp.by(0);
        working.await();
        for (int i = 0; i < 1000; i++) {
            wakeUp.by(0);
        }
        mayEnd.countDown();
        awaitRun();
        awaitRun();
        wakeUp.end(() -> {}, LONG);
        assertEquals(0, runs.availablePermits(), "runs beyond the second");
    }

    @Test
    @DisplayName("given the task throws or leaves an interrupt behind, then the thread carries it out again")
    void givenTheTaskThrowsOrLeavesAnInterruptThenTheThreadLivesOn() throws InterruptedException {
        for (Runnable hostile : List.<Runnable>of(
                () -> {
                    throw new IllegalStateException("thrown by the test");
                },
                () -> {
                    throw new NoClassDefFoundError("thrown by the test");
                },
                () -> Thread.currentThread().interrupt())) {
            task.set(hostile);
            wakeUp.by(0);
            awaitRun();
        }
        await().until(() -> thread().size() == 1);
        thread().get(0).interrupt();
        wakeUp.by(0);
        awaitRun();
    }

    @Test
    void givenItEndsThenTheLastRunsBehindTheTaskAndNothingAfterIt() throws InterruptedException {
        List<String> order = new ArrayList<>();
        CountDownLatch working = new CountDownLatch(1);
        task.set(() -> {
            working.countDown();
            order.add("task");
        });
        wakeUp.by(0);
        working.await();
        assertTrue(wakeUp.end(() -> order.add("last"), LONG));
        wakeUp.by(0);
        assertEquals(List.of("task", "last"), order);
    }

    @Test
    void givenTheTaskDoesNotEndThenEndingIsBoundedAndTheThreadIsInterrupted() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        task.set(() -> {
            working.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        wakeUp.by(0);
        working.await();
        assertFalse(wakeUp.end(() -> {}, Duration.ofMillis(1)));
        assertTrue(interrupted.await(20, TimeUnit.SECONDS));
        await().until(() -> thread().isEmpty());
    }

    /** So many threads cannot be started at first. */
    private static ThreadFactory scarce(int failing) {
        AtomicInteger asked = new AtomicInteger();
        return task -> asked.incrementAndGet() > failing
                ? DaemonThreads.named("test-wake-up").newThread(task)
                : new Thread(task) {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("unable to create native thread (thrown by the test)");
                    }
                };
    }

    @Test
    @DisplayName("ERM-21: given no thread for a while, then who asks goes on, and all is done when there is one again")
    void noThreadForAWhile() throws InterruptedException {
        WakeUpThread late = new WakeUpThread("test-wake-up", runs::release, scarce(2), new RepeatLog(line -> {}));
        late.by(0);
        late.by(0);
        assertEquals(0, runs.availablePermits());
        late.by(late.now() + TimeUnit.HOURS.toNanos(1));
        awaitRun();
        assertTrue(late.end(() -> {}, LONG));
    }

    @Test
    void givenThereNeverWasAThreadThenTheLastIsCarriedOutAllTheSame() {
        WakeUpThread none =
                new WakeUpThread("test-wake-up", runs::release, scarce(Integer.MAX_VALUE), new RepeatLog(line -> {}));
        none.by(0);
        assertTrue(none.end(runs::release, LONG));
        assertEquals(1, runs.availablePermits());
    }

    @Test
    @DisplayName("ERM-21: given a task that fails, and a log that fails to tell of it, then it is carried out again"
            + " by itself, and when that is asked for, and the last behind it")
    void failureThatCannotBeTold() throws InterruptedException {
        AtomicInteger left = new AtomicInteger(2);
        Runnable failing = () -> {
            runs.release();
            if (left.getAndDecrement() > 0) {
                throw new OutOfMemoryError("thrown by the test");
            }
        };
        WakeUpThread scanty =
                new WakeUpThread("test-wake-up", failing, DaemonThreads.named("test-wake-up"), new RepeatLog(line -> {
                    throw new LinkageError("thrown by the test, too");
                }));
        scanty.by(0);
        awaitRun();
        awaitRun();
        awaitRun();
        scanty.by(0);
        awaitRun();
        assertThrows(LinkageError.class, () -> scanty.end(runs::release, LONG));
        assertEquals(1, runs.availablePermits(), "the last was not carried out");
    }

    @Test
    @DisplayName("ERM-21: given a task that fails before it has asked for its next run, then it is carried out again")
    void failureIsMadeUpFor() throws InterruptedException {
        AtomicBoolean first = new AtomicBoolean(true);
        task.set(() -> {
            if (first.getAndSet(false)) {
                throw new OutOfMemoryError("thrown by the test");
            }
        });
        wakeUp.by(0);
        awaitRun();
        awaitRun();
    }

    @Test
    @DisplayName("ERM-24: given ending gave up on the thread, when what it was doing fails then, then no error is told")
    void givenItFailsAfterEndingGaveUpThenNoErrorIsTold() throws InterruptedException {
        assertEquals(List.of(), toldOfFailure(working -> assertFalse(working.end(() -> {}, Duration.ofMillis(1)))));
    }

    @Test
    @DisplayName("ERM-24: given ending does not wait, when the thread is still at work, then that is no disorder, and "
            + "what fails then is no error")
    void givenEndingDoesNotWaitThenNothingIsTold() throws InterruptedException {
        assertEquals(List.of(), toldOfFailure(working -> assertTrue(working.end(() -> {}, Duration.ZERO))));
    }

    @Test
    @DisplayName("ERM-24: given ending waits, when what the thread does fails meanwhile, then that is told as an error")
    void givenItFailsWhileEndingWaitsThenAnErrorIsTold() throws InterruptedException {
        assertEquals(
                1,
                toldOfFailure(working -> {
                            mayFail.countDown();
                            assertTrue(working.end(() -> {}, LONG));
                        })
                        .size());
    }

    /** What is told of a task that is at work when its thread is ended, and fails then. */
    private List<String> toldOfFailure(Consumer<WakeUpThread> ending) throws InterruptedException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        WakeUpThread failing = new WakeUpThread(
                "test-wake-up",
                () -> {
                    runs.release();
                    waitUninterrupted(mayFail);
                    throw new IllegalStateException("thrown by the test");
                },
                DaemonThreads.named("test-wake-up"),
                new RepeatLog(told::add));
        failing.by(0);
        awaitRun();
        ending.accept(failing);
        mayFail.countDown();
        await().until(() -> thread().isEmpty());
        return told;
    }

    private static void waitUninterrupted(CountDownLatch latch) {
        boolean interrupted = true;
        while (interrupted) {
            try {
                latch.await();
                interrupted = false;
            } catch (InterruptedException e) {
                // Ending interrupts the thread, but the test says when the task goes on.
                interrupted = true;
            }
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
