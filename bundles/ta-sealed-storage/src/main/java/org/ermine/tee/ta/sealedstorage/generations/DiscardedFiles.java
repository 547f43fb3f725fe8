// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the files of discarded generations when nobody reads them any more: without a search where it is known how
 * many segments there are. Used by whoever has the store's turn.
 */
public final class DiscardedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(DiscardedFiles.class);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final Generations generations;
    private final SegmentFiles segments;
    private final StorageMessage message;
    /** How many segments discarded generations have, where that is known. */
    private final Map<Long, Integer> counts = new HashMap<>();

    public DiscardedFiles(Generations generations, SegmentFiles segments, StorageMessage message) {
        this.generations = generations;
        this.segments = segments;
        this.message = message;
    }

    /** No index refers to this object any more. */
    public void discard(IndexEntry entry) {
        long generation = entry.version().generation();
        counts.put(generation, segments.count(entry));
        generations.discard(List.of(generation));
    }

    /** Another version took the place of this one: its file may be kept to be written over. */
    public void replaced(IndexEntry entry) {
        if (entry.chunks() == 1) {
            long generation = entry.version().generation();
            counts.put(generation, 1);
            generations.keepSpare(generation, Block.fileSize((int) entry.size()));
        } else {
            discard(entry);
        }
    }

    /** Removes what can be. Returns why some could not be removed, null if all were. */
    public TeeException remove() {
        return removeFrom(0);
    }

    /** The same of the generations from one on. */
    public TeeException removeFrom(long first) {
        TeeException failure = null;
        for (long generation : generations.removable().tailSet(first)) {
            try {
                remove(generation);
            } catch (TeeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            String reason = failure.getMessage();
            problems.tell("discarded", () -> "Files that nothing refers to could not be removed yet: " + reason);
        }
        return failure;
    }

    private void remove(long generation) throws TeeException {
        Integer count = counts.get(generation);
        if (count == null) {
            segments.remove(message, generation);
        } else {
            segments.remove(message, generation, count);
        }
        counts.remove(generation);
        generations.removed(generation);
    }
}
