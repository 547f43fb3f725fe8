// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;

/** What carries invocations of the normal world's objects. Thread safe. */
@FunctionalInterface
interface Callbacks {

    /**
     * Calls back on the thread's present invocation.
     *
     * @param domain who calls
     * @throws TeeException ABORT if the thread does not carry one out, else as the callback object answers
     */
    void callBack(int id, int op, Arguments arguments, Domain domain) throws TeeException;
}
