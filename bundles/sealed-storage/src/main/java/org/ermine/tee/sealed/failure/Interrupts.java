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
            throw interrupted(null);
        }
    }

    /** The failure of an operation whose thread was interrupted before it took effect. */
    public static SealedStorageException interrupted(Throwable cause) {
        return new SealedStorageException(Reason.INTERRUPTED, "interrupted; nothing was changed", cause);
    }
}
