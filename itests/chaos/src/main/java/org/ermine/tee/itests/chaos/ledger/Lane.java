// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/**
 * A client thread, which can be interrupted in the middle of a request, and at no other moment. State guarded by this.
 */
public final class Lane {

    private final String name;
    private Thread thread;
    private Request current;
    private boolean closed;

    Lane(String name) {
        this.name = name;
    }

    /** The calling thread begins with a request. */
    public synchronized void begin(Request request) {
        thread = Thread.currentThread();
        current = request;
    }

    /**
     * It is done with it; an interrupt does not outlive the request.
     *
     * @return whether there was one
     */
    public synchronized boolean end() {
        current = null;
        thread = null;
        return Thread.interrupted();
    }

    synchronized boolean interrupt() {
        if (current == null) {
            return false;
        }
        current.interrupted();
        thread.interrupt();
        return true;
    }

    /** The thread has come to its end. */
    public synchronized void close() {
        closed = true;
        thread = null;
        notifyAll();
    }

    synchronized boolean awaitClosed(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        while (!closed && left > 0) {
            wait(left / 1_000_000 + 1);
            left = deadline - System.nanoTime();
        }
        return closed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return name;
    }
}
