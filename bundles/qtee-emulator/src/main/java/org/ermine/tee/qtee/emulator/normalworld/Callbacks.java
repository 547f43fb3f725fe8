// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.normalworld;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.object.Domain;

/** What carries invocations of the normal world's objects. Thread safe. */
@FunctionalInterface
public interface Callbacks {

    /**
     * Calls back on the thread's present invocation.
     *
     * @param domain the domain that calls
     * @throws TeeException ABORT if the thread does not carry one out, else as the callback object answers
     */
    void callBack(int id, int op, Arguments arguments, Domain domain) throws TeeException;
}
