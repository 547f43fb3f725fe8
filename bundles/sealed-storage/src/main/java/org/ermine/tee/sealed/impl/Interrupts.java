// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** Interruption of the calling thread. */
final class Interrupts {

    private Interrupts() {}

    static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    static void check() throws SealedStorageException {
        if (isInterrupted()) {
            throw new SealedStorageException(Reason.INTERRUPTED, "interrupted");
        }
    }
}
