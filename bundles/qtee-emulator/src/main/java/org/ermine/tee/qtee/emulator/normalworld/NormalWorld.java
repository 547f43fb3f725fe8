// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.normalworld;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.spi.PhysicalMemory;

/** The way from the secure world to the normal one. Thread safe. */
public final class NormalWorld {

    private final PhysicalMemory memory;
    private final Callbacks callbacks;
    private final AsyncReleases releases;

    public NormalWorld(PhysicalMemory memory, Callbacks callbacks, AsyncReleases releases) {
        this.memory = memory;
        this.callbacks = callbacks;
        this.releases = releases;
    }

    public PhysicalMemory memory() {
        return memory;
    }

    /** See {@link Callbacks#callBack}. */
    public void callBack(int id, int op, Arguments arguments, Domain domain) throws TeeException {
        callbacks.callBack(id, op, arguments, domain);
    }

    /** Lets go of an object of the normal world, which is told with one of the next returns to it. */
    public void release(NormalHandle handle) {
        if (handle.release()) {
            releases.add(handle.id());
        }
    }
}
