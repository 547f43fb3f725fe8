// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.attributes.Associations;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Reads one version of an object, which stays readable until the reader is closed or released, and the operations that
 * are under way then have ended. Thread safe: two operations may be under way at a time, so that one chunk is opened
 * while the next is fetched. Each has a chunk of its own, and one that was fetched waits in its chunk to be opened.
 */
public final class ObjectReader implements TrustedObject {

    /** The most messages, and so operations, of a reader. */
    private static final int MOST_CHUNKS = 2;

    private final Store store;
    private final SegmentFiles segments;
    private final IndexEntry entry;
    private final Generations.Use use;

    /** The chunks that no operation uses, the one used last in front. Guarded by this. */
    private final Deque<OpenChunk> free = new ArrayDeque<>(MOST_CHUNKS);
    /** How many chunks there are, free or in use. Guarded by this. */
    private int chunks;
    /** Guarded by this. */
    private boolean closed;

    /** Whether the associated data were said that the object is bound to. */
    private volatile boolean bound;

    ObjectReader(Store store, SegmentFiles segments, IndexEntry entry, Generations.Use use) {
        this.store = store;
        this.segments = segments;
        this.entry = entry;
        this.use = use;
        this.bound = entry.association().isEmpty();
    }

    public IndexEntry entry() {
        return entry;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        try {
            dispatch(op, arguments);
        } catch (TeeException e) {
            store.failed(e);
            throw e;
        }
    }

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.READER_READ -> {
                arguments.expect(1, 1, 0, 0);
                read(offset(arguments), arguments.output(0));
            }
            case SealedStorageProtocol.READER_FETCH -> {
                arguments.expect(1, 0, 0, 0);
                fetch(chunkAt(offset(arguments)));
            }
            case SealedStorageProtocol.READER_CLOSE -> {
                arguments.expect(0, 0, 0, 0);
                close();
            }
            case SealedStorageProtocol.READER_BIND -> {
                arguments.expect(1, 0, 0, 0);
                bound = Associations.digest(arguments.input(0)).equals(entry.association());
                Associations.require(bound);
            }
            default -> throw new TeeException(TeeResult.INVALID, "a reader has no operation " + op);
        }
    }

    private long offset(IncomingArguments arguments) throws TeeException {
        ByteBuffer input = arguments.input(0);
        if (input.remaining() != Long.BYTES) {
            throw new TeeException(TeeResult.SIZE_IN, "an offset has 8 bytes, not " + input.remaining());
        }
        requireOpen();
        Associations.require(bound);
        long offset = input.getLong();
        if (offset < 0 || offset > entry.size()) {
            throw new TeeException(TeeResult.INVALID, "offset " + offset + " is beyond the " + entry.size() + " bytes");
        }
        return offset;
    }

    private Block chunkAt(long offset) {
        return entry.chunk((int) Math.min(offset / entry.chunkSize(), entry.chunks() - 1));
    }

    @Override
    public void released() {
        close();
    }

    /** Leaves no plaintext behind: an operation that is under way wipes its own. */
    private void close() {
        List<OpenChunk> left;
        boolean unused;
        synchronized (this) {
            closed = true;
            left = List.copyOf(free);
            free.clear();
            chunks -= left.size();
            unused = chunks == 0;
        }
        left.forEach(OpenChunk::wipe);
        if (unused) {
            endUse();
        }
    }

    /** What was replaced or removed while it was read can be cleared away from now on: no operation reads it. */
    private void endUse() {
        store.closed(use);
    }

    private synchronized void requireOpen() throws TeeException {
        if (closed) {
            throw failure(SealedStorageProtocol.ERROR_CLOSED, "the reader was closed");
        }
    }

    /**
     * Takes what has this chunk already, if no operation uses it; otherwise one in which no chunk waits to be opened.
     *
     * @return null if there is none; what is returned is the caller's until given back
     */
    private synchronized OpenChunk take(Block chunk) throws TeeException {
        requireOpen();
        OpenChunk taken = free.stream()
                .filter(candidate -> candidate.has(chunk))
                .findFirst()
                .or(() -> free.stream().filter(OpenChunk::isDone).findFirst())
                .orElse(null);
        if (taken != null) {
            free.remove(taken);
        } else if (chunks < MOST_CHUNKS) {
            taken = new OpenChunk();
            chunks++;
        }
        return taken;
    }

    /** The same, though a chunk that waits has to be fetched once more. */
    private synchronized OpenChunk takeAny(Block chunk) throws TeeException {
        OpenChunk taken = take(chunk);
        if (taken == null) {
            taken = free.poll();
        }
        if (taken == null) {
            throw failure(
                    SealedStorageProtocol.ERROR_BUSY, MOST_CHUNKS + " operations of this reader are under way already");
        }
        return taken;
    }

    private void giveBack(OpenChunk chunk) {
        boolean unused;
        synchronized (this) {
            if (!closed) {
                free.push(chunk);
                return;
            }
            chunks--;
            unused = chunks == 0;
        }
        chunk.wipe();
        if (unused) {
            endUse();
        }
    }

    private void read(long offset, ByteBuffer data) throws TeeException {
        if (!data.hasRemaining()) {
            throw new TeeException(TeeResult.SIZE_OUT, "there is no room for data");
        }
        Block chunk = chunkAt(offset);
        int start = (int) (offset - (long) chunk.number() * entry.chunkSize());
        OpenChunk open = takeAny(chunk);
        try {
            open.open(chunk);
            int count = Math.min(data.remaining(), chunk.length() - start);
            data.put(open.content, start, count);
        } finally {
            giveBack(open);
        }
    }

    /** Whoever reads it afterwards finds it here, unless there was no room for it. */
    private void fetch(Block chunk) throws TeeException {
        OpenChunk room = take(chunk);
        if (room != null) {
            try {
                room.fetch(chunk);
            } finally {
                giveBack(room);
            }
        }
    }

    /** A chunk as it was fetched, and the plaintext of one. Belongs to one operation, or to none. */
    private final class OpenChunk {

        private static final int NONE = -1;

        private final StorageMessage message = new StorageMessage();
        private final byte[] content = new byte[(int) Math.min(entry.size(), entry.chunkSize())];
        /** The number of the chunk that waits in the message to be opened. */
        private int fetched = NONE;
        /** How many bytes of it there are. */
        private int size;

        private int opened = NONE;

        boolean has(Block chunk) {
            return fetched == chunk.number() || opened == chunk.number();
        }

        /** Whether no chunk waits to be opened. */
        boolean isDone() {
            return fetched == NONE;
        }

        void fetch(Block chunk) throws TeeException {
            if (has(chunk)) {
                return;
            }
            fetched = NONE;
            size = segments.fetch(message, chunk, entry.chunkSize());
            fetched = chunk.number();
        }

        void open(Block chunk) throws TeeException {
            fetch(chunk);
            if (opened == chunk.number()) {
                return;
            }
            fetched = NONE;
            opened = NONE;
            segments.open(message, size, chunk, entry.chunkSize(), content);
            opened = chunk.number();
        }

        void wipe() {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
