// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each piece of work that the service gets is foreign code, and tells on which thread it ran. */
@Timeout(60)
class ServiceThreadTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private interface Work {
        void run() throws InterruptedException;
    }

    private final BlockingQueue<Work> work = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> done = new LinkedBlockingQueue<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ServiceThread service =
            new ServiceThread("service", () -> work.take().run(), log::add);

    @AfterEach
    void stop() throws InterruptedException {
        service.stop();
        assertTrue(service.awaitEnd(LONG), "its thread is left");
    }

    private Thread next() throws InterruptedException {
        work.add(() -> done.add(Thread.currentThread()));
        return done.take();
    }

    private static void interruptItself() {
        Thread.currentThread().interrupt();
    }

    @Test
    @DisplayName("ERM-21: given work that leaves an interrupt behind, then the next piece does not see it")
    void interruptLeftBehind() throws Exception {
        service.start();
        Thread first = next();
        work.add(ServiceThreadTest::interruptItself);
        BlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
        work.add(() -> seen.add(Thread.currentThread().isInterrupted()));

        assertFalse(seen.take());
        assertSame(first, next());
    }

    @Test
    @DisplayName(
            "ERM-21: given a pause, then an interrupt of a stranger does not end it, and the end of the service does")
    void pauses() throws Exception {
        service.start();
        CountDownLatch begun = new CountDownLatch(1);
        work.add(() -> {
            interruptItself();
            service.pause(Duration.ofMillis(1));
            begun.countDown();
            service.pause(Duration.ofHours(1));
            done.add(Thread.currentThread());
        });
        begun.await();

        service.stop();

        done.take();
        assertTrue(service.awaitEnd(LONG), "its thread is left");
    }

    @Test
    @DisplayName("ERM-21, ERM-24: given a stranger who interrupts the waiting thread again and again, then the service"
            + " goes on,"
            + " and tells so once")
    void interruptsFromElsewhere() throws Exception {
        service.start();
        Thread thread = next();
        for (int i = 0; i < 1000; i++) {
            thread.interrupt();
            assertSame(thread, next());
        }
        assertTrue(log.size() <= 1, log::toString);
    }

    @Test
    @DisplayName(
            "ERM-21: given work that throws whatever there is, then the service goes on, and tells once of each kind")
    void throwables() throws Exception {
        service.start();
        Thread first = next();
        List<Throwable> all = List.of(
                new IllegalStateException("state"),
                new StackOverflowError("deep"),
                new OutOfMemoryError("full"),
                new NoClassDefFoundError("gone"),
                new IllegalStateException("again"));
        for (Throwable each : all) {
            work.add(() -> ServiceThreadTest.<RuntimeException>raise(each));
            assertSame(first, next());
        }
        assertEquals(4, log.size(), log::toString);
        assertTrue(
                log.get(0)
                        .startsWith("service failed at one thing, and goes on: a fault of a program,"
                                + " java.lang.IllegalStateException: state (at "
                                + getClass().getName()),
                log::toString);
    }

    @Test
    @DisplayName("ERM-21: given work that throws what throws when it is asked what it is, then the same thread goes on")
    void hostileThrowable() throws Exception {
        service.start();
        Thread first = next();
        work.add(() -> {
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new NoClassDefFoundError("asked");
                }

                @Override
                public String toString() {
                    return getMessage();
                }
            };
        });
        assertSame(first, next());
        assertEquals(List.of("service failed at one thing, and goes on: a fault that cannot be described"), log);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    @DisplayName("ERM-21: given work that sets the context class loader, then that ends with it")
    void contextClassLoader() throws Exception {
        service.start();
        BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
        work.add(() -> Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0])));
        work.add(() -> seen.add(Thread.currentThread().getContextClassLoader()));

        assertSame(getClass().getClassLoader(), seen.take());
    }

    @Test
    @DisplayName(
            "ERM-21: given a thread that ends though nobody stopped it, then another takes its place, and that is told")
    void replaced() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        ServiceThread fragile = new ServiceThread("fragile", () -> work.take().run(), line -> {
            told.add(line);
            if (line.contains("failed")) {
                throw new OutOfMemoryError("no room for a log line");
            }
        });
        fragile.start();
        Thread first = next();
        work.add(() -> {
            throw new IllegalStateException("foreign");
        });

        Thread second = next();
        assertNotSame(first, second);
        first.join();
        assertTrue(told.take().contains("foreign"));
        assertEquals("fragile ended unexpectedly, and is replaced", told.take());
        fragile.stop();
        assertTrue(fragile.awaitEnd(LONG));
    }

    @Test
    @DisplayName(
            "given a service that waits, when it is stopped, then its thread ends, whatever a stranger did meanwhile")
    void stopped() throws Exception {
        for (int i = 0; i < 200; i++) {
            ServiceThread waiting = new ServiceThread("waiting", () -> new SynchronousQueue<Object>().take(), log::add);
            waiting.start();
            waiting.stop();
            assertTrue(waiting.awaitEnd(LONG), "its thread is left");
        }
    }

    @Test
    @DisplayName("given a turn that swallows the interrupt of a stop, then no other turn follows")
    void swallowed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        service.start();
        work.add(() -> {
            inside.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                work.add(() -> log.add("another turn"));
            }
        });
        inside.await();
        service.stop();
        assertTrue(service.awaitEnd(LONG));
        assertEquals(List.of(), log);
    }

    @Test
    @DisplayName("given a turn under way, when the service is to stop after it, then the turn is not interrupted")
    void stoppedAfterTurn() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        service.start();
        work.add(() -> {
            inside.countDown();
            goOn.await();
            log.add("done");
        });
        inside.await();
        service.stopAfterTurn();
        assertFalse(service.awaitEnd(Duration.ofMillis(20)));
        goOn.countDown();
        assertTrue(service.awaitEnd(LONG));
        assertEquals(List.of("done"), log);
    }
}
