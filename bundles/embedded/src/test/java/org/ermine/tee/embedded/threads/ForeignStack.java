// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Runs what is tested as another bundle would call it: with its code on the stack, its loader and its thread locals.
 */
public final class ForeignStack {

    private static final InheritableThreadLocal<Object> INHERITED = new InheritableThreadLocal<>();

    private ForeignStack() {}

    /**
     * Runs a task in a frame of its own: nothing here refers to the class loader when it returns.
     *
     * @return the class loader of what was on the stack
     */
    public static WeakReference<ClassLoader> run(Runnable task) throws Exception {
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

    /** Waits until nothing refers to a class loader any more. */
    public static void assertCollected(WeakReference<ClassLoader> loader) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return loader.get() == null;
        });
    }
}
