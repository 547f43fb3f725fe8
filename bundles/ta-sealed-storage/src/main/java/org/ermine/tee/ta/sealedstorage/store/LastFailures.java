// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * What there was to tell when operations failed for what is stored, as only a number reaches the client: the last of
 * each error. Thread safe.
 */
final class LastFailures {

    /** Those whose texts tell of files and versions, and of nothing that is a client's. */
    private static final Set<Integer> TOLD = Set.of(
            SealedStorageProtocol.ERROR_TAMPERED,
            SealedStorageProtocol.ERROR_TRUNCATED,
            SealedStorageProtocol.ERROR_MISSING,
            SealedStorageProtocol.ERROR_EXCHANGED,
            SealedStorageProtocol.ERROR_ROLLED_BACK,
            SealedStorageProtocol.ERROR_FOREIGN_STORE,
            SealedStorageProtocol.ERROR_STORE_MISSING,
            SealedStorageProtocol.ERROR_STORAGE_FULL,
            SealedStorageProtocol.ERROR_READ_ONLY,
            SealedStorageProtocol.ERROR_STORAGE_DENIED,
            SealedStorageProtocol.ERROR_STORAGE_UNAVAILABLE,
            SealedStorageProtocol.ERROR_STORAGE_FAILED,
            SealedStorageProtocol.ERROR_NEWER_STORE,
            SealedStorageProtocol.ERROR_NEWER_VERSION);

    private final Map<Integer, String> texts = new ConcurrentHashMap<>();

    void note(TeeException failure) {
        int code = failure.result().code();
        if (TOLD.contains(code) && failure.getMessage() != null) {
            texts.put(code, failure.getMessage());
        }
    }

    /** Empty if none was noted. */
    String of(int code) {
        return texts.getOrDefault(code, "");
    }
}
