// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.former.FormerIndexFile;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.ermine.tee.ta.sealedstorage.tree.IndexChange;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.tree.NodeCodec;
import org.ermine.tee.ta.sealedstorage.tree.NodeRef;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index as it is stored; see the package for why. What counts is decoded once and kept for as long as the counter
 * says so. Used by one thread at a time.
 */
public final class IndexFile {

    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);

    private final IndexVersions versions;
    private final FormerIndexFile former;
    private final IndexFiles files;
    private final SecureRandom random;
    private final IndexLimits limits;
    private final IndexSpace space = new IndexSpace();

    /** What counted last, null if that is to be looked up. */
    private Current kept;

    public IndexFile(
            IndexVersions versions, FormerIndexFile former, IndexFiles files, SecureRandom random, IndexLimits limits) {
        this.versions = versions;
        this.former = former;
        this.files = files;
        this.random = random;
        this.limits = limits;
    }

    /**
     * The index that counts.
     *
     * @param root what is stored; null if nothing was ever, or in the former format, or if the store was begun anew
     * @param version that counts; 0 before the first
     */
    public record Current(Index index, Block root, long version) {

        /** Whether the store was begun anew, and nothing was committed since. */
        public boolean isAnew() {
            return root == null && version > 0;
        }
    }

    /**
     * The index that counts: the one that is kept, or else what is stored.
     *
     * @throws TeeException saying what happened to the index if there is none that counts
     */
    public Current load() throws TeeException {
        long committed = versions.committed();
        if (kept == null || kept.version() != committed) {
            invalidate();
            Current read = committed == 0 ? readFormer() : read(committed);
            // Where nothing was ever sealed a store may appear.
            kept = committed == 0 && !read.index().formerLeft() ? null : read;
            return read;
        }
        return kept;
    }

    /**
     * The same, after a look whether what is kept is still what is stored: the store may have been exchanged for
     * another one.
     */
    public Current loadInPlace() throws TeeException {
        Current known = kept;
        Current current = load();
        if (current == known && (current.root() == null || !files.isThere(current.root()))) {
            invalidate();
            return load();
        }
        return current;
    }

    /** What is stored has to be read again. */
    private void invalidate() {
        kept = null;
        space.clear();
    }

    private Current readFormer() throws TeeException {
        PresentRoots.requireNone(files, versions.attempted());
        return new Current(former.load().toIndex(limits.nodeSize()), null, 0);
    }

    private Current read(long committed) throws TeeException {
        if (IndexVersions.isAnew(committed)) {
            Index nothing = Index.anew(IndexVersions.firstGeneration(committed), former.hasFiles());
            return new Current(nothing, null, committed);
        }
        int file = IndexVersions.fileOf(committed);
        IndexFiles.Root root = readRoot(committed);
        Current current = new Current(NodeCodec.decodeRoot(root.content(), files::read), root.block(), committed);
        space.reset(current.index(), file);
        return current;
    }

    private IndexFiles.Root readRoot(long committed) throws TeeException {
        try {
            return PresentRoots.require(files, committed);
        } catch (TeeException e) {
            if (e.result().code() == SealedStorageProtocol.ERROR_STORE_MISSING && former.isThere()) {
                throw new TeeException(
                        TeeResult.of(SealedStorageProtocol.ERROR_ROLLED_BACK),
                        "the store is of the former format, the present one is of version " + committed);
            }
            throw e;
        }
    }

    /**
     * Puts {@code index} in the place of the current one. If this fails, it is not known which of the two counts, until
     * {@link #load} says.
     *
     * @param change how it came about
     */
    public Current replace(Current current, Index index, IndexChange change) throws TeeException {
        // The space stays what it is until it is known how this ends.
        kept = null;
        Index cleared = current.root() == null ? index : withoutFormer(index);
        List<Integer> left = left(current, change);
        Writing writing = prepare(cleared, left);
        Block root = write(writing);
        versions.commit(writing.versions().get(0).generation());
        space.committed(writing.filesOfNodes(), left);
        kept = new Current(
                tryWithoutFormer(writing.storedIndex()), root, root.version().generation());
        removeSurplus();
        return kept;
    }

    /**
     * From now on there is nothing in the store, whatever is stored.
     *
     * @param latest the latest version of what is stored
     */
    public void beginAnew(long latest) throws TeeException {
        invalidate();
        versions.beginAnew(latest);
    }

    /**
     * Nothing of a store that was begun anew is in these files: they are spare, and those of the former format are
     * removed.
     */
    public void giveUp(Collection<Integer> remaining) {
        space.giveUp(remaining);
        kept = new Current(tryWithoutFormer(kept.index()), null, kept.version());
    }

    /** What the former format left is of no use once something counts in the present one. */
    private Index withoutFormer(Index index) throws TeeException {
        if (!index.formerLeft()) {
            return index;
        }
        former.clear();
        return index.withoutFormer();
    }

    /** Makes room at once; else the next commit does. */
    private Index tryWithoutFormer(Index committed) {
        try {
            return withoutFormer(committed);
        } catch (TeeException e) {
            LOG.debug("The index of the former format could not be removed yet: {}", e.getMessage());
            return committed;
        }
    }

    /** The files of the nodes that will not be used any more. */
    private static List<Integer> left(Current current, IndexChange change) {
        List<Integer> left = new ArrayList<>();
        change.superseded().forEach(ref -> left.add(ref.file()));
        if (current.root() != null) {
            left.add(IndexVersions.fileOf(current.version()));
        }
        return left;
    }

    /**
     * What is to be written.
     *
     * @param index with the spares that there will be
     * @param versions of the files
     * @param places of all fresh nodes but the topmost
     */
    private record Writing(
            Index index, IndexLayout layout, List<ObjectVersion> versions, Map<IndexNode, NodeRef> places) {

        Index storedIndex() {
            return index.with(index.top().stored(places), index.spares());
        }

        NodeRef placeOf(IndexNode node) {
            return node.ref() == null ? places.get(node) : node.ref();
        }

        /** The file of each node that is written; the root is one. */
        List<Integer> filesOfNodes() {
            List<Integer> all = new ArrayList<>(List.of(fileOf(0)));
            places.values().forEach(place -> all.add(place.file()));
            return all;
        }

        int fileOf(int number) {
            return IndexVersions.fileOf(versions.get(number).generation());
        }

        /** The contents of a file's blocks. */
        List<IndexFiles.Content> contents(int file) {
            Function<IndexNode, NodeRef> known = this::placeOf;
            List<IndexFiles.Content> contents = new ArrayList<>();
            for (IndexNode node : layout.files().get(file)) {
                contents.add(
                        node == index.top()
                                ? room -> NodeCodec.encodeRoot(room, index, known)
                                : room -> NodeCodec.encodeNode(room, node, known));
            }
            return contents;
        }
    }

    private Writing prepare(Index index, List<Integer> left) throws TeeException {
        // As large as it can be: which files are written, and are not spare any more, depends on it.
        int rootSize = NodeCodec.rootSize(index.with(index.top(), space.sparesAfter(List.of(), left)));
        IndexLayout layout = IndexLayout.of(index.top(), rootSize, limits);
        List<Integer> numbers = space.next(layout.files().size());
        SortedSet<Integer> spares = space.sparesAfter(numbers, left);
        List<ObjectVersion> fileVersions = fileVersions(numbers);
        return new Writing(index.with(index.top(), spares), layout, fileVersions, layout.places(fileVersions));
    }

    /** The first file, which has the root, is the latest: so what the root leads to is no later than what counts. */
    private List<ObjectVersion> fileVersions(List<Integer> numbers) throws TeeException {
        Deque<ObjectVersion> fileVersions = new ArrayDeque<>();
        for (int file = numbers.size() - 1; file >= 0; file--) {
            fileVersions.push(ObjectVersion.ofIndex(versions.next(numbers.get(file)), random));
        }
        return List.copyOf(fileVersions);
    }

    /** Writes all files, the one with the root last, and makes them safe; what was written is removed if that fails. */
    private Block write(Writing writing) throws TeeException {
        try {
            Block root = null;
            for (int file = writing.versions().size() - 1; file >= 0; file--) {
                root = write(writing, file);
            }
            files.force();
            return root;
        } catch (TeeException e) {
            removeAfter(e, writing);
            throw e;
        }
    }

    /** Writes over a spare file, or where the disk has no room for both, in its place. */
    private Block write(Writing writing, int file) throws TeeException {
        int copySize = writing.layout().copySize(file);
        try {
            return files.write(writing.versions().get(file), writing.contents(file), copySize);
        } catch (TeeException e) {
            if (e.result().code() != SealedStorageProtocol.ERROR_STORAGE_FULL
                    || !space.spares().contains(writing.fileOf(file))) {
                throw e;
            }
            files.remove(writing.fileOf(file));
            return files.write(writing.versions().get(file), writing.contents(file), copySize);
        }
    }

    /** A file that the disk could not take would fail whatever comes next. */
    private void removeAfter(TeeException failure, Writing writing) {
        for (int file = 0; file < writing.versions().size(); file++) {
            try {
                files.remove(writing.fileOf(file));
            } catch (TeeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Makes room on a disk that has none. */
    public void removeSpares() throws TeeException {
        for (int file : space.spares()) {
            files.remove(file);
            space.removed(file);
        }
    }

    /** What cannot be removed now stays spare. */
    private void removeSurplus() {
        try {
            for (int file : space.surplus()) {
                files.remove(file);
                space.removed(file);
            }
        } catch (TeeException e) {
            LOG.debug("A file of the index that is not needed could not be removed yet: {}", e.getMessage());
        }
    }

    /** @throws TeeException TOO_MANY_OBJECTS if there is no room for another object of that key */
    public void requireRoom(Index index, String key) throws TeeException {
        if (index.size() >= limits.objects() && index.find(key) == null) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS),
                    "there are " + index.size() + " objects, a fixed limit");
        }
    }

    public IndexChange newChange() {
        return new IndexChange(limits.nodeSize());
    }
}
