// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

/** The invocations in progress, as far as hosted objects are concerned with them. Thread safe. */
public interface CallsInProgress {

    /**
     * An object loses this number, or what kept it: invocations of it that are in progress are handed a hold, which
     * they release when they end. The caller has a hold itself meanwhile.
     */
    void keepTarget(int number, DomainObject object);

    /**
     * The object that the thread's present invocation reached, if there is one, invokes one of another domain, and may
     * show it arguments.
     */
    void showArguments();

    /** Runs a task from which the normal world cannot be called. */
    void outside(Runnable task);
}
