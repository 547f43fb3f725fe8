// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.former;

import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;

/**
 * What was found in a slot of the former format: an authentic index, or what is wrong with the file.
 *
 * @param block what is stored; null if the file is damaged or missing
 * @param index what it says; null likewise
 * @param damage what is wrong; null if nothing is
 */
record FormerIndexSlot(Block block, FormerIndex index, DamageException damage) {

    /** The slot of the first commit. */
    static final int FIRST = 0;

    long version() {
        return block == null ? 0 : block.version().generation();
    }

    /** The first commit of all is to one slot, however many attempts it takes. */
    boolean isOfFirstCommit() {
        return block != null && block.number() == FIRST;
    }

    boolean isMissing() {
        return damage != null && damage.result().code() == SealedStorageProtocol.ERROR_MISSING;
    }

    boolean holds(long wanted) {
        return damage == null && version() == wanted;
    }

    /**
     * Without an index that counts: nothing was ever committed, and nothing is there but void attempts, or it is an
     * error.
     *
     * @throws TeeException saying what happened to the index
     */
    static void requireNoneExpected(List<FormerIndexSlot> slots, long committed, long attempted) throws TeeException {
        for (FormerIndexSlot slot : slots) {
            if (slot.damage() != null && !slot.isMissing()) {
                throw slot.damage();
            }
        }
        for (FormerIndexSlot slot : slots) {
            boolean mayBeAnAttempt = committed == 0 && slot.version() <= attempted && slot.isOfFirstCommit();
            if (slot.version() > committed && !mayBeAnAttempt) {
                throw failure(
                        SealedStorageProtocol.ERROR_NEWER_STORE,
                        "the store is newer (" + slot.version() + ") than the secure state (" + committed + ")");
            }
            if (!slot.isMissing() && slot.version() < committed) {
                throw failure(
                        SealedStorageProtocol.ERROR_ROLLED_BACK,
                        "the store is of version " + slot.version() + ", the present one is " + committed);
            }
        }
        if (committed > 0) {
            throw failure(SealedStorageProtocol.ERROR_STORE_MISSING, "there is no index, and there was one");
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
