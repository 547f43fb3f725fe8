// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs a thread of {@link CallbackWorkers}, which carries out callbacks, and tells what that thread does. A call in
 * progress keeps the workers that carry it: whatever its thread needs of them is asked of the thread's {@link Carrier},
 * even when their service is gone.
 *
 * <p>The threads are plain ones, of no class of ours. Others may keep a thread that has ended, as the framework does
 * where it was loading a class when it was interrupted, and would keep our class loaders with it. So the carrier is a
 * local variable of its thread, from the thread's beginning to its end.
 */
public final class CallbackThread {

    private static final ThreadLocal<Carrier> CARRIER = new ThreadLocal<>();

    private CallbackThread() {}

    /** What a thread of the workers does. All methods are called on the thread itself. */
    @ConsumerType
    public interface Carrier extends Runnable {

        /** The workers that the thread belongs to. */
        CallbackWorkers workers();

        /**
         * Tells that the thread waits for the answer to a request of its own in {@code source}: in the course of a
         * callback it invoked the TEE, which calls back. Either other threads serve that request, and this returns at
         * once; or the thread serves it here, with {@link CallbackSource#awaited}. Called again whenever the thread
         * wakes up and still waits.
         */
        void awaiting(CallbackSource source);

        /**
         * Tells that the TEE makes the thread wait for something that other threads bring about. Another thread may
         * take its place until the call that it carries out has ended.
         */
        void blocked();
    }

    /**
     * Runs a carrier on the calling thread, which {@link #current} returns meanwhile. For a thread that does nothing
     * else before it ends.
     */
    public static void run(Carrier carrier) {
        CARRIER.set(carrier);
        try {
            carrier.run();
        } finally {
            CARRIER.remove();
        }
    }

    /** The carrier of the calling thread, if it carries out callbacks; otherwise null. */
    public static Carrier current() {
        return CARRIER.get();
    }
}
