// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes the daemon threads of this bundle, which are begun on the stacks of those who register drivers or give contexts back. A
 * new thread would keep the context class loader, the inheritable thread locals and, as its access control context, the class
 * loaders of all code on that stack: these take none of them.
 */
final class DaemonThreads {

    private DaemonThreads() {}

    @SuppressWarnings("removal")
    static Thread create(Runnable task, String name) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, () -> run(task), name, 0, false);
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
