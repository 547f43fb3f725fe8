// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** Why a stream has ended. */
enum Ending {
    CLOSED(Reason.CLOSED, " is closed"),
    GIVEN_BACK(Reason.CLOSED, " was closed when its bundle stopped, or gave sealed storage back"),
    FORGOTTEN(Reason.CLOSED, " was closed since nobody refers to it any more"),
    DEVICE_GONE(Reason.NO_TEE, " was closed when the TEE went away");

    private final Reason reason;
    private final String text;

    Ending(Reason reason, String text) {
        this.reason = reason;
        this.text = text;
    }

    /** What is to be told to who uses the stream nevertheless. */
    SealedStorageException of(String name) {
        return new SealedStorageException(reason, "the stream of " + ObjectNames.quote(name) + text);
    }
}
