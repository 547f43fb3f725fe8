// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;

/** Stands by itself: a container that has no sealed storage cannot load it, and has no use for it. */
final class SealedStorageAtWork {

    private SealedStorageAtWork() {}

    /** Waits for sealed storage, and until it has what it needs: a TEE, the application and the file handler. */
    static SealedStorage in(InContainer container) throws InterruptedException {
        SealedStorage storage = container.service(SealedStorage.class);
        InContainer.await("sealed storage can list what is in it", () -> {
            try {
                storage.list();
                return true;
            } catch (SealedStorageException e) {
                return false;
            }
        });
        return storage;
    }
}
