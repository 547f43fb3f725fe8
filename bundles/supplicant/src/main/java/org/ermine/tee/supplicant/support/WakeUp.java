// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.support;

import java.time.Duration;

/**
 * Has one task of one owner carried out at the earliest of the times that were asked for. Nothing else is kept of them:
 * however often it is asked, one run of the task is planned at most. A task that wants to be carried out again later
 * asks for it.
 */
public interface WakeUp {

    /** Returns the nanoseconds since a fixed point, which are never negative. */
    long now();

    /**
     * Asks for the task to begin at that time or soon after. Whatever was done before this is called is seen by the run
     * that it asks for. Does not block, on any thread.
     */
    void by(long time);

    /**
     * Carries out {@code last} where the task is carried out, behind a run in progress, and nothing after it. Called
     * once.
     *
     * @param wait zero not to wait
     * @return false if it was waited for in vain. Where it has not ended, its thread is interrupted, and what fails
     *     there from now on is no error
     */
    boolean end(Runnable last, Duration wait);
}
