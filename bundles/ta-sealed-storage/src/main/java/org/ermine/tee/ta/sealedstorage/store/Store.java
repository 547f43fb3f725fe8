// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.drawers.Usage;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.former.FormerIndexFile;
import org.ermine.tee.ta.sealedstorage.generations.DiscardedFiles;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.index.IndexFile;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.remains.Remains;
import org.ermine.tee.ta.sealedstorage.remains.RemainsSearch;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.ermine.tee.ta.sealedstorage.tree.IndexChange;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.ermine.tee.ta.sealedstorage.versions.SecureCounters;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of the TA. Steps that read or change the index run one at a time, by whoever has the turn. It is no lock:
 * it is held while the normal world is asked for files, the wait for it is bounded, and a handler that came back here
 * would be told BUSY. Chunks are written and read without it.
 */
public final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int TURN_TIMEOUT_SECONDS = 60;

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final TrustedEnvironment environment;
    private final SegmentFiles segments;
    private final int chunkSize;
    private final Clock clock;
    private final Supplier<DrawerLimits> limits;
    private final SecureRandom random = new SecureRandom();
    private final LastFailures failures = new LastFailures();
    private final Generations generations = new Generations(problems);
    private final Semaphore turn = new Semaphore(1, true);

    // Used by whoever has the turn.
    private final StorageMessage message = new StorageMessage();
    private final IndexFile indexFile;
    private final Reserve reserve;
    private final DiscardedFiles discarded;
    private final RemainsSearch remains;
    /**
     * Whether it is known how the last commit ended, and what it left behind. Not so at the start, and after a failure.
     */
    private boolean settled;
    /** Whether what an earlier run was writing when it ended was looked for in this run. */
    private boolean swept;
    /** Whether what a store left that was given up was looked for in this run. */
    private boolean cleared;

    public Store(
            TrustedEnvironment environment,
            GpFileStorage storage,
            BlockFiles files,
            SegmentFiles segments,
            IndexLimits sizes,
            int chunkSize,
            Clock clock,
            Supplier<DrawerLimits> limits) {
        this.environment = environment;
        this.segments = segments;
        this.chunkSize = chunkSize;
        this.clock = clock;
        this.limits = limits;
        SecureCounters counters = new SecureCounters(environment);
        FormerIndexFile former = new FormerIndexFile(counters, files, message);
        IndexVersions versions = new IndexVersions(counters);
        this.indexFile = new IndexFile(
                versions, former, new IndexFiles(storage, files.cipher(), message, problems), random, sizes);
        this.discarded = new DiscardedFiles(generations, segments, message);
        this.remains = new RemainsSearch(storage, files.cipher(), segments, former, versions, message);
        this.reserve = new Reserve(storage, message, sizes.fileSize());
    }

    /** What is done by whoever has the turn. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws TeeException;
    }

    public int chunkSize() {
        return chunkSize;
    }

    public ObjectWriter create(String key, Placement placement) throws TeeException {
        return inTurn(() -> {
            IndexFile.Current current = load();
            Index index = current.index();
            placement.require(index, key);
            clearAfterReset(current);
            Generations.Room room = room(index, key);
            generations.discardSuspected();
            TeeException unremoved = discarded.remove();
            indexFile.requireRoom(index, key);
            reserve.require();
            return generations.owned(
                    use -> new ObjectWriter(
                            this, segments, key, placement, version(index.find(key), use), use, chunkSize),
                    () -> startWriting(index.nextGeneration(), room, unremoved));
        });
    }

    /** Refuses where there is none in a drawer for another object. */
    private Generations.Room room(Index index, String key) throws TeeException {
        Drawer drawer = Drawer.ofKey(key);
        Usage usage = index.usages().of(drawer);
        IndexEntry present = index.find(key);
        DrawerLimits inForce = limits.get();
        inForce.requireRoom(drawer, usage, usage.plus(present == null ? 1 : 0, 0));
        long free = Math.max(0, inForce.maxBytes() - usage.bytes());
        return new Generations.Room(drawer, key, present == null ? 0 : present.bytes(), free);
    }

    /** @param present what is to be replaced, or null */
    private ObjectVersion version(IndexEntry present, Generations.Use use) {
        return present == null
                ? ObjectVersion.first(use.generation(), random)
                : present.version().successor(use.generation(), random);
    }

    /** @param unremoved why files are in the way, null if none are */
    private Generations.Use startWriting(long next, Generations.Room room, TeeException unremoved) throws TeeException {
        try {
            return generations.startWriting(next, environment.client(), room);
        } catch (TeeException e) {
            throw unremoved == null ? e : unremoved;
        }
    }

    public ObjectReader open(String key) throws TeeException {
        return inTurn(() -> {
            IndexEntry entry = load().index().require(key);
            return reader(entry, () -> generations.startReading(entry.version().generation(), environment.client()));
        });
    }

    private ObjectReader reader(IndexEntry entry, Generations.Start start) throws TeeException {
        return generations.owned(use -> new ObjectReader(this, segments, entry, use), start);
    }

    public IndexEntry find(String key) throws TeeException {
        return inTurn(() -> load().index().require(key));
    }

    /** What is in the store now. */
    public Index index() throws TeeException {
        return inTurn(() -> load().index());
    }

    /** Needs no room on the disk but that of the reserve. */
    public void remove(String key) throws TeeException {
        inTurn(() -> {
            IndexFile.Current current = settle(indexFile.loadInPlace());
            current.index().require(key);
            try {
                removeFrom(current, key);
            } catch (TeeException e) {
                reserve.giveUp(e);
                generations.discardSpares();
                removeSpares();
                removeFrom(load(), key);
                removeSpares();
            }
            reserve.restore();
            return null;
        });
    }

    /** Does not mind if the object is gone, as it may be after an attempt that failed. */
    private void removeFrom(IndexFile.Current current, String key) throws TeeException {
        discarded.remove();
        IndexEntry present = current.index().find(key);
        if (present != null) {
            IndexChange change = indexFile.newChange();
            Index index = current.index().without(key, generations.unfinished(), change);
            replaceIndex(current, index, change, new Replacement(key, present, null, null));
        }
    }

    /**
     * Gives up all that is stored, whatever state it is in, and begins anew with nothing. It is one step of one
     * counter; what is cleared away after it does not count any more.
     */
    public void reset() throws TeeException {
        Keeper.require(environment.client());
        inTurn(() -> {
            Remains given = remains.search();
            indexFile.beginAnew(given.latestVersion());
            settled = false;
            generations.discardSpares();
            tryClearAway(given);
            return null;
        });
    }

    public void requireKeeper() throws TeeException {
        Keeper.require(environment.client());
    }

    /** All that is in the store now, for as long as the set is open. */
    public StoredSet snapshot() throws TeeException {
        Keeper.require(environment.client());
        return inTurn(() -> {
            Index index = load().index();
            return set(index.top(), index.nextGeneration());
        });
    }

    /** All that authentic parts of an index tell of, whether or not it counts, and that there are files of. */
    public StoredSet salvage() throws TeeException {
        Keeper.require(environment.client());
        return inTurn(() -> {
            Remains found = remains.search();
            return set(found.leftObjects(remains::mayExist), found.nextGeneration());
        });
    }

    private StoredSet set(IndexNode objects, long next) throws TeeException {
        return generations.owned(
                use -> new StoredSet(objects, opening(use), () -> closed(use)),
                () -> generations.startReadingAll(next, environment.client()));
    }

    private StoredSet.Opening opening(Generations.Use set) {
        return new StoredSet.Opening() {
            @Override
            public TrustedObject open(IndexEntry entry) throws TeeException {
                return reader(
                        entry, () -> generations.startReading(entry.version().generation(), environment.client(), set));
            }

            @Override
            public void requireKept() throws TeeException {
                generations.requireKept(set);
            }
        };
    }

    /** An operation failed. */
    public void failed(TeeException failure) {
        failures.note(failure);
    }

    /** What there was to tell when an operation failed with this error. */
    public String explanation(int error) {
        return failures.of(error);
    }

    /** What cannot be cleared away now is before something is sealed. */
    private void tryClearAway(Remains given) {
        try {
            load();
            clearAway(given);
        } catch (TeeException e) {
            cleared = false;
            problems.tell("given up", () -> "What was given up could not be cleared away yet: " + e.getMessage());
        }
    }

    /** What a crash left, of which no index tells yet. */
    private void clearAfterReset(IndexFile.Current current) throws TeeException {
        if (current.isAnew() && !cleared) {
            clearAway(remains.search());
        }
    }

    private void clearAway(Remains given) {
        SortedSet<Long> unfinished = generations.unfinished();
        for (Remains.RemainingObject object : given.objects()) {
            long generation = object.entry().version().generation();
            if (!unfinished.contains(generation)) {
                discarded.discard(object.entry());
            }
            generations.discard(List.of(generation));
        }
        generations.discard(given.generations());
        discarded.remove();
        indexFile.giveUp(given.files());
        removeSpares();
        cleared = true;
    }

    /** What is being written becomes larger: so many bytes, with what is kept beside the content. */
    void grow(Generations.Use use, long size) throws TeeException {
        generations.grow(use, size);
    }

    /** Makes what was written the current version of {@code key}, and ends the writer's use of its generation. */
    IndexEntry commit(String key, Placement placement, IndexEntry written, Generations.Use use) throws TeeException {
        return inTurn(() -> {
            IndexFile.Current current = load();
            placement.require(current.index(), key);
            IndexEntry entry = written.at(clock.millis());
            IndexChange change = indexFile.newChange();
            Index index = current.index().with(key, entry, generations.unfinished(), change);
            requireRoom(current.index(), index, key);
            if (!generations.endWriting(use)) {
                throw new TeeException(
                        TeeResult.of(SealedStorageProtocol.ERROR_CLOSED),
                        "the writer of '" + Drawer.objectOf(key) + "' was given up");
            }
            replaceIndex(
                    current, index, change, new Replacement(key, current.index().find(key), entry, entry));
            return entry;
        });
    }

    /** Gives an object another key, in one step. */
    public void rename(String key, String newKey, Placement placement) throws TeeException {
        inTurn(() -> {
            IndexFile.Current current = settle(indexFile.loadInPlace());
            IndexEntry entry = current.index().require(key);
            placement.require(current.index(), newKey);
            if (!newKey.equals(key)) {
                discarded.remove();
                move(current, key, newKey, entry);
            }
            return null;
        });
    }

    private void move(IndexFile.Current current, String key, String newKey, IndexEntry entry) throws TeeException {
        IndexChange change = indexFile.newChange();
        SortedSet<Long> unfinished = generations.unfinished();
        Index index = current.index().without(key, unfinished, change).with(newKey, entry, unfinished, change);
        requireRoom(current.index(), index, newKey);
        replaceIndex(
                current, index, change, new Replacement(newKey, current.index().find(newKey), entry, null));
    }

    private void requireRoom(Index before, Index after, String key) throws TeeException {
        Drawer drawer = Drawer.ofKey(key);
        limits.get()
                .requireRoom(drawer, before.usages().of(drawer), after.usages().of(drawer));
    }

    /** Whoever is about to write asks first: nothing is written to a store that was exchanged for this one. */
    void requireInPlace() throws TeeException {
        inTurn(() -> settle(indexFile.loadInPlace()));
    }

    /**
     * The same for whoever writes an object of one chunk, of so many bytes.
     *
     * @return the version that it will be
     */
    ObjectVersion place(ObjectVersion version, Generations.Use use, int size) throws TeeException {
        return inTurn(() -> {
            settle(indexFile.loadInPlace());
            return version.in(generations.placeInSpare(use, size));
        });
    }

    /** Drops what was written. */
    void abort(Generations.Use use) throws TeeException {
        generations.abandon(use);
        inTurn(() -> {
            discarded.remove();
            return null;
        });
    }

    /** A writer was released; the normal world cannot be asked to do anything now. */
    void abandon(Generations.Use use) {
        generations.abandon(use);
    }

    /** A reader or a set of objects was released. */
    void closed(Generations.Use use) {
        generations.endReading(use);
    }

    private <T> T inTurn(Step<T> step) throws TeeException {
        try {
            if (!turn.tryAcquire(TURN_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw busy("another operation on the store did not end in " + TURN_TIMEOUT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy("interrupted while another operation on the store was running");
        }
        try {
            return step.run();
        } finally {
            turn.release();
        }
    }

    private IndexFile.Current load() throws TeeException {
        return settle(indexFile.load());
    }

    private IndexFile.Current settle(IndexFile.Current current) {
        if (!settled) {
            generations.discard(current.index().leftovers());
            generations.suspect(current.index().next(Generations.AHEAD));
            settled = true;
            sweep(current.index());
        }
        return current;
    }

    /**
     * Removes what an earlier run was writing when it ended, of which no index tells. Nobody writes yet in this run:
     * who will has to load the index first.
     */
    private void sweep(Index index) {
        if (!swept) {
            swept = true;
            generations.discardSuspected();
            discarded.removeFrom(index.nextGeneration());
        }
    }

    /**
     * What becomes of an object; null is none.
     *
     * @param written what nothing refers to if it does not become of it; null if something does
     */
    private record Replacement(String key, IndexEntry before, IndexEntry after, IndexEntry written) {}

    private void replaceIndex(IndexFile.Current current, Index index, IndexChange change, Replacement replacement)
            throws TeeException {
        settled = false;
        try {
            indexFile.replace(current, index, change);
            settled = true;
        } catch (TeeException e) {
            requireTookPlace(replacement, e);
        }
        if (replacement.written() != null && replacement.before() != null) {
            discarded.replaced(replacement.before());
        } else {
            discard(replacement.before());
        }
        discarded.remove();
    }

    /** After a failed commit: returns if it succeeded nevertheless. */
    private void requireTookPlace(Replacement replacement, TeeException failure) throws TeeException {
        generations.discardSpares();
        try {
            if (Objects.equals(load().index().find(replacement.key()), replacement.after())) {
                return;
            }
            discard(replacement.written());
        } catch (TeeException e) {
            failure.addSuppressed(e);
        }
        throw failure;
    }

    private void discard(IndexEntry entry) {
        if (entry != null) {
            discarded.discard(entry);
        }
    }

    /** Makes room on a disk that has none. */
    private void removeSpares() {
        try {
            indexFile.removeSpares();
        } catch (TeeException e) {
            problems.tell(
                    "spares",
                    () -> "Files of the index that are not needed could not be removed; the next commits write over "
                            + "them: "
                            + e.getMessage());
        }
    }

    private static TeeException busy(String message) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_BUSY), message);
    }
}
