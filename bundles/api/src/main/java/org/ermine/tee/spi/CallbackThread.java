// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A daemon thread of {@link CallbackWorkers}, which carries out callbacks. A call in progress keeps the workers that carry it: what
 * its thread needs of them is asked of the thread's {@link Carrier}, also when their service is gone.
 *
 * <p>A thread that has ended refers to nothing of its workers: somebody may keep it, and would keep their class loader with it.
 */
public final class CallbackThread extends Thread {

    /** What a thread of the workers does, and what is asked of it. All methods are called on the thread itself. */
    @ConsumerType
    public interface Carrier extends Runnable {

        /** The workers that the thread belongs to. */
        CallbackWorkers workers();

        /**
         * The thread waits for the answer to a request of its own in {@code source}: in the course of a callback it invoked the
         * TEE, which calls back. Either others serve that request, and this returns at once; or the thread serves it here, with
         * {@link CallbackSource#awaited}. Called again whenever the thread wakes up and still waits.
         */
        void awaiting(CallbackSource source);

        /**
         * The TEE makes the thread wait for something that other threads bring about. Another may take its place until the call
         * that it carries out has ended.
         */
        void blocked();
    }

    /** Null when the thread has ended. */
    private Carrier carrier;

    /**
     * A thread that runs {@code carrier}. It inherits no thread locals.
     *
     * @param stackSize bytes, 0 for as much as threads have by default
     */
    public CallbackThread(Carrier carrier, String name, long stackSize) {
        super(null, null, name, stackSize, false);
        this.carrier = carrier;
        setDaemon(true);
        setContextClassLoader(carrier.getClass().getClassLoader());
    }

    /** Called by the virtual machine only. */
    @Override
    public void run() {
        try {
            carrier.run();
        } finally {
            carrier = null;
            setContextClassLoader(null);
        }
    }

    /** The calling thread's, if it carries out callbacks; otherwise null. */
    public static Carrier current() {
        return Thread.currentThread() instanceof CallbackThread thread ? thread.carrier : null;
    }
}
