// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the daemon threads of this bundle. */
final class DaemonThreads {

    /**
     * Workers nest: a handler may invoke the TEE, which calls another handler, which is served on the same stack. The
     * memory is only reserved, not used, until a stack really grows that deep.
     */
    private static final long WORKER_STACK = 8L << 20;

    private DaemonThreads() {}

    static ThreadFactory named(String name) {
        return task -> daemon(new Thread(null, task, name));
    }

    static ThreadFactory workers(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> daemon(new Thread(null, task, prefix + number.incrementAndGet(), WORKER_STACK));
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }
}
