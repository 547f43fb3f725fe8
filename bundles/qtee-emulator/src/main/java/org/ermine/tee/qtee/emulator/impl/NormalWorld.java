// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;

/** The way from the secure world to the normal one. Thread safe. */
final class NormalWorld {

    private final PhysicalMemory memory;
    private final Callbacks callbacks;
    private final AsyncReleases releases;

    NormalWorld(PhysicalMemory memory, Callbacks callbacks, AsyncReleases releases) {
        this.memory = memory;
        this.callbacks = callbacks;
        this.releases = releases;
    }

    PhysicalMemory memory() {
        return memory;
    }

    /** See {@link Callbacks#callBack}. */
    void invoke(int id, int op, Arguments arguments, Domain domain) throws TeeException {
        callbacks.callBack(id, op, arguments, domain);
    }

    /** Lets go of an object of the normal world, which is told with one of the next returns to it. */
    void drop(NormalHandle handle) {
        if (handle.drop()) {
            releases.add(handle.id());
        }
    }
}
