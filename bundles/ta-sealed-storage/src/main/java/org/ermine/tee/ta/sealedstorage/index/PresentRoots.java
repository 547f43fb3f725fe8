// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;

/** Finds the root that counts, or what stands in its place. */
final class PresentRoots {

    /**
     * Of the first files; the first commit of all is to one of them, and others are looked at for a better reason only.
     */
    private static final int LOOKED_AT = 4;

    private PresentRoots() {}

    /**
     * Where nothing was ever committed: nothing is there but void attempts, or it is an error.
     *
     * @throws TeeException saying what is there
     */
    static void requireNone(IndexFiles files, long attempted) throws TeeException {
        for (int file = 0; file < LOOKED_AT; file++) {
            try {
                long version = files.readRoot(file, 0).block().version().generation();
                if (version > attempted) {
                    throw newer(version, 0);
                }
            } catch (DamageException e) {
                requireAttempt(e, attempted);
            }
        }
    }

    /** A loss of power may tear what was attempted, and nothing else. */
    private static void requireAttempt(DamageException damage, long attempted) throws DamageException {
        int code = damage.result().code();
        boolean torn = code == SealedStorageProtocol.ERROR_TAMPERED || code == SealedStorageProtocol.ERROR_TRUNCATED;
        if (code != SealedStorageProtocol.ERROR_MISSING && (attempted == 0 || !torn)) {
            throw damage;
        }
    }

    /**
     * Reads the root that counts.
     *
     * @throws TeeException saying what is there if it is not
     */
    static IndexFiles.Root require(IndexFiles files, long committed) throws TeeException {
        try {
            IndexFiles.Root root = files.readRoot(IndexVersions.fileOf(committed), committed);
            requireSame(root.block().version().generation(), committed);
            return root;
        } catch (DamageException e) {
            if (e.result().code() != SealedStorageProtocol.ERROR_MISSING) {
                throw e;
            }
            throw instead(files, committed);
        }
    }

    private static void requireSame(long version, long committed) throws TeeException {
        if (version > committed) {
            throw newer(version, committed);
        }
        if (version < committed) {
            throw failure(
                    SealedStorageProtocol.ERROR_ROLLED_BACK,
                    "the store is of version " + version + ", the present one is " + committed);
        }
    }

    /** Without a file for the root: what other files say. */
    private static TeeException instead(IndexFiles files, long committed) throws TeeException {
        for (int file = 0; file < LOOKED_AT; file++) {
            try {
                requireSame(files.readRoot(file, committed).block().version().generation(), committed);
            } catch (DamageException e) {
                int code = e.result().code();
                if (code == SealedStorageProtocol.ERROR_FOREIGN_STORE
                        || code == SealedStorageProtocol.ERROR_EXCHANGED) {
                    return e;
                }
            } catch (TeeException e) {
                return e;
            }
        }
        return failure(SealedStorageProtocol.ERROR_STORE_MISSING, "there is no index, and there was one");
    }

    private static TeeException newer(long version, long committed) {
        return failure(
                SealedStorageProtocol.ERROR_NEWER_STORE,
                "the store is newer (" + version + ") than the secure state (" + committed + ")");
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
