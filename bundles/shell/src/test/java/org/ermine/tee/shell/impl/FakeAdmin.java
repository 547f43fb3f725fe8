// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;

/** Administers what is kept in memory. */
final class FakeAdmin implements SealedStorageAdmin {

    private final MemoryStorage storage;
    private SealedStorageException refusal;

    FakeAdmin(MemoryStorage storage) {
        this.storage = storage;
    }

    /** Everything fails from now on. */
    void refuse(SealedStorageException.Reason reason, String message) {
        refusal = new SealedStorageException(reason, message);
    }

    @Override
    public void reset() throws SealedStorageException {
        requireAllowed();
        storage.reset();
    }

    private void requireAllowed() throws SealedStorageException {
        if (refusal != null) {
            throw refusal;
        }
    }
}
