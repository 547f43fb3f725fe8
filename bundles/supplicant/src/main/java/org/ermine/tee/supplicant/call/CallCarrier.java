// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import org.ermine.tee.spi.callback.CallbackThread;

/**
 * A worker, as the calls on its thread see it: what they ask of the workers, which count their threads and those of
 * each owner. May be asked with the monitor of its {@link CallThread} held.
 */
public interface CallCarrier extends CallbackThread.Carrier {

    CallThread thread();

    /**
     * The thread is about to wait for {@code owner}, and counts no more until it is reclaimed; false if it must not.
     */
    boolean tryLend(String owner);

    /** The same for one that is in a slow call of {@code owner} while turns wait. */
    boolean tryLendSlow(String owner);

    /** The same for one that is held by a callback that exceeded its time limit, which nobody can refuse. */
    void lend(String owner);

    /** The thread counts again. */
    void reclaim(String owner);

    /**
     * A callback of {@code owner} holds one thread more.
     *
     * @return whether there are other threads
     */
    boolean held(String owner);

    /** It holds one thread less. */
    void returned(String owner);

    /** Why callbacks of {@code owner} cannot be carried out now, or null. */
    String refusal(String owner);

    /** Why no thread may wait for {@code owner} now. */
    String lendingRefusal(String owner);

    /** Whether the workers that it belongs to are gone: what it still begins fails. */
    boolean isLeftBehind();
}
