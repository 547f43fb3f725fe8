// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.lifecycle;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.ObjectNames;

/** Why a stream has ended. */
public enum Ending {
    CLOSED(true, Reason.CLOSED, " is closed"),
    COMMITTED(true, Reason.CLOSED, " is closed: it was committed"),
    FAILED(true, Reason.CLOSED, " was closed when an operation on it failed"),
    GIVEN_BACK(false, Reason.CLOSED, " was closed when its bundle stopped, or gave sealed storage back"),
    FORGOTTEN(false, Reason.CLOSED, " was closed since nobody refers to it any more"),
    DEVICE_GONE(false, Reason.NO_TEE, " was closed when the TEE went away");

    private final boolean byUser;
    private final Reason reason;
    private final String text;

    Ending(boolean byUser, Reason reason, String text) {
        this.byUser = byUser;
        this.reason = reason;
        this.text = text;
    }

    /** Whether its user ended it, on a thread that the TEE may keep waiting; else nothing is asked of the TEE. */
    public boolean isByUser() {
        return byUser;
    }

    /** What is to be told to whoever uses the stream nevertheless. */
    SealedStorageException of(String name) {
        return new SealedStorageException(reason, "the stream of " + ObjectNames.quote(name) + text);
    }
}
