// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.support;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ThreadFactory;
import org.ermine.tee.spi.CallbackThread;

/**
 * Makes the daemon threads of this bundle, which are begun on the stacks of clients and of bundles that register services. A
 * new thread would keep the context class loader, the inheritable thread locals and, as its access control context, the class
 * loaders of all code on that stack: these take none of them.
 */
public final class DaemonThreads {

    private static final long DEFAULT_STACK = 0;

    /**
     * Workers nest: a handler may invoke the TEE, which calls another handler, which is served on the same stack. The
     * memory is only reserved, not used, until a stack really grows that deep.
     */
    private static final long WORKER_STACK = 8L << 20;

    private DaemonThreads() {}

    public static ThreadFactory named(String name) {
        return task -> daemon(task, name, DEFAULT_STACK);
    }

    @SuppressWarnings("removal")
    public static Thread worker(CallbackThread.Carrier carrier, String name) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>) () -> CallbackThread.create(carrier, name, WORKER_STACK));
    }

    @SuppressWarnings("removal")
    private static Thread daemon(Runnable task, String name, long stack) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, () -> run(task), name, stack, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
            return thread;
        });
    }

    /** Somebody may refer to a thread that has ended: the framework does, where it was loading a class when it was interrupted. */
    private static void run(Runnable task) {
        try {
            task.run();
        } finally {
            Thread.currentThread().setContextClassLoader(null);
        }
    }
}
