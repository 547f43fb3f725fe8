// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ThreadFactory;

/**
 * Makes daemon threads that keep nothing of the stack on which they are begun. A new thread would keep the context
 * class loader, the inheritable thread locals and, as its access control context, the class loaders of all code on that
 * stack: these take none of them.
 *
 * <p>Their context class loader is that of the bundle that embeds this class, until they end.
 */
public final class DaemonThreads {

    private static final long DEFAULT_STACK = 0;

    private DaemonThreads() {}

    /** Makes threads that all have this name. */
    public static ThreadFactory named(String name) {
        return task -> create(task, name, DEFAULT_STACK);
    }

    /**
     * A thread that is not started yet.
     *
     * @param stackSize bytes, 0 for as much as threads have by default
     */
    @SuppressWarnings("removal")
    public static Thread create(Runnable task, String name, long stackSize) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, () -> run(task), name, stackSize, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
            return thread;
        });
    }

    /** What foreign code did to the context class loader of the calling thread, which was made here, is undone. */
    static void restoreContextClassLoader() {
        Thread present = Thread.currentThread();
        ClassLoader own = DaemonThreads.class.getClassLoader();
        if (present.getContextClassLoader() != own) {
            present.setContextClassLoader(own);
        }
    }

    /**
     * Somebody may refer to a thread that has ended: the framework does, where it was loading a class when it was
     * interrupted.
     */
    private static void run(Runnable task) {
        try {
            task.run();
        } finally {
            Thread.currentThread().setContextClassLoader(null);
        }
    }
}
