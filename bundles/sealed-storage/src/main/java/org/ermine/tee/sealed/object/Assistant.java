// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import org.ermine.tee.embedded.threads.DaemonThreads;

/**
 * A thread that does a part of one operation for the thread that called it. It ends with the operation: {@link #close}
 * interrupts it and waits for it. What it does has to end soon when it is interrupted.
 */
final class Assistant implements AutoCloseable {

    private static final String NAME = "ermine-sealed-storage-assistant";
    private static final long DEFAULT_STACK = 0;

    private final Thread thread;

    private Assistant(Runnable work) {
        thread = DaemonThreads.create(work, NAME, DEFAULT_STACK);
    }

    static Assistant start(Runnable work) {
        Assistant assistant = new Assistant(work);
        assistant.thread.start();
        return assistant;
    }

    /** Ends the work and waits until it has. An interrupt of the calling thread is kept for later. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                thread.join();
                ended = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
