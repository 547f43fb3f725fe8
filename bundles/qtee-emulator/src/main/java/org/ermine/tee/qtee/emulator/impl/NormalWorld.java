// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.PhysicalMemory;

/** The way from the secure world to the normal one. Thread safe. */
final class NormalWorld {

    private final PhysicalMemory memory;
    private final CallPool calls;
    private final AsyncReleases releases;

    NormalWorld(PhysicalMemory memory, CallPool calls, AsyncReleases releases) {
        this.memory = memory;
        this.calls = calls;
        this.releases = releases;
    }

    PhysicalMemory memory() {
        return memory;
    }

    /**
     * Calls back on the thread's present invocation.
     *
     * @throws TeeException ABORT if the thread does not carry one out, else as the callback object answers
     */
    void invoke(int id, int op, Arguments arguments, Domain domain) throws TeeException {
        Call call = calls.current();
        if (call == null) {
            throw new TeeException(
                    TeeResult.ABORT, "the normal world can be called only in the course of an invocation by it");
        }
        call.callBack(id, op, arguments, domain);
    }

    /** Lets go of an object of the normal world, which is told with one of the next returns to it. */
    void drop(NormalHandle handle) {
        if (handle.drop()) {
            releases.add(handle.id());
        }
    }
}
