// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.ForeignCode;
import org.ermine.tee.supplicant.support.DaemonThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DaemonThreadsTest {

    private static final InheritableThreadLocal<Object> INHERITED = new InheritableThreadLocal<>();

    @Test
    void givenAWorkerBegunOnTheStackOfAClientWhenTheClientGoesThenItsClassLoaderGoesThoughTheWorkerStays()
            throws Exception {
        Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
        WorkerPool pool = new WorkerPool(null, 1, 1, 1, watchdog, 0);
        FakeSource source = new FakeSource();
        FakeCall call = new FakeCall((op, arguments) -> {});
        try {
            assertCollected(runForeign(() -> source.send(pool, call)));
            call.await();
        } finally {
            assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
            watchdog.close();
        }
    }

    @Test
    void givenAThreadThatWasMadeOnForeignCodeThenItKeepsNothingOfIt() throws Exception {
        ThreadFactory factory = DaemonThreads.named("test");
        Thread[] made = new Thread[1];
        WeakReference<ClassLoader> loader = runForeign(() -> made[0] = factory.newThread(() -> {}));
        assertCollected(loader);
        assertEquals("test", made[0].getName());
    }

    @Test
    void givenAThreadThatHasEndedThenItKeepsNoClassLoader() throws Exception {
        ClassLoader[] atWork = new ClassLoader[1];
        Thread thread = DaemonThreads.named("test")
                .newThread(() -> atWork[0] = Thread.currentThread().getContextClassLoader());
        thread.start();
        thread.join();
        assertSame(DaemonThreads.class.getClassLoader(), atWork[0]);
        assertNull(thread.getContextClassLoader());
    }

    /** In a frame of its own: nothing here refers to the class loader when it returns. */
    private static WeakReference<ClassLoader> runForeign(Runnable task) throws Exception {
        URL classes = ForeignCode.class.getProtectionDomain().getCodeSource().getLocation();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Object foreign = loader.loadClass(ForeignCode.class.getName())
                    .getConstructor()
                    .newInstance();
            thread.setContextClassLoader(loader);
            INHERITED.set(foreign);
            @SuppressWarnings("unchecked")
            Consumer<Runnable> consumer = (Consumer<Runnable>) foreign;
            consumer.accept(task);
            return new WeakReference<>(loader);
        } finally {
            INHERITED.remove();
            thread.setContextClassLoader(before);
        }
    }

    private static void assertCollected(WeakReference<ClassLoader> loader) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return loader.get() == null;
        });
    }
}
