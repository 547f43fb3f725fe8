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
     * Tells that the thread is about to wait for {@code owner}: it does not count until it is reclaimed. Returns false
     * if it must not wait.
     */
    boolean tryLend(String owner);

    /** Does the same for a thread that is in a slow call of {@code owner} while turns wait. */
    boolean tryLendSlow(String owner);

    /** Does the same for a thread that a callback beyond its time limit holds, which cannot be refused. */
    void lend(String owner);

    /** Tells that the thread counts again. */
    void reclaim(String owner);

    /**
     * Tells that a callback of {@code owner} holds one thread more.
     *
     * @return whether there are other threads
     */
    boolean held(String owner);

    /** Tells that a callback of {@code owner} holds one thread less. */
    void returned(String owner);

    /** Returns why callbacks of {@code owner} cannot be carried out now, or null if they can. */
    String refusal(String owner);

    /** Returns why no thread may wait for {@code owner} now. */
    String lendingRefusal(String owner);

    /** Returns whether the workers that the thread belongs to are gone. What it still begins then fails. */
    boolean isLeftBehind();
}
