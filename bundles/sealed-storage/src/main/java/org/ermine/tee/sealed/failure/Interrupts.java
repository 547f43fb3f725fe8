// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.failure;

import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** Interruption of the calling thread. */
public final class Interrupts {

    private Interrupts() {}

    static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    public static void check() throws SealedStorageException {
        if (isInterrupted()) {
            throw new SealedStorageException(Reason.INTERRUPTED, "interrupted");
        }
    }
}
