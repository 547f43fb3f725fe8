// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.attributes.Associations;
import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.attributes.Descriptions;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.chunks.ChunkQueue;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Writes one version of an object: collects a chunk of plaintext in a message, seals it there, and {@linkplain
 * ChunkQueue puts it where it is stored from}. A chunk is sealed when more data comes or at the commit, so that the
 * last one is known as such. One operation at a time fills and seals; storing may go on beside it. Before its first
 * chunk is stored, and before a commit, it sees that the store was not exchanged. Owns its generation until it
 * committed.
 */
public final class ObjectWriter implements TrustedObject {

    private final Store store;
    private final SegmentFiles segments;
    private final String key;
    private final Placement placement;
    private ObjectVersion version;
    private final Generations.Use use;
    private final int chunkSize;
    private final ChunkQueue queue;
    /** Whether an operation other than storing is under way; whoever sets it owns what stands below. */
    private final AtomicBoolean busy = new AtomicBoolean();

    /** What the next chunk is collected in; null when there is none any more. */
    private StorageMessage message;

    private int chunks;
    private int filled;
    private Bytes description = Bytes.NONE;
    private Bytes association = Bytes.NONE;

    ObjectWriter(
            Store store,
            SegmentFiles segments,
            String key,
            Placement placement,
            ObjectVersion version,
            Generations.Use use,
            int chunkSize) {
        this.store = store;
        this.segments = segments;
        this.key = key;
        this.placement = placement;
        this.version = version;
        this.use = use;
        this.chunkSize = chunkSize;
        this.queue = new ChunkQueue(segments, chunkSize);
        this.message = queue.newMessage();
    }

    /** Before anybody else has it: what is known of the object from before. */
    public void carryOver(Bytes knownDescription, Bytes knownAssociation) {
        description = knownDescription;
        association = knownAssociation;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (op == SealedStorageProtocol.WRITER_STORE) {
            arguments.expect(0, 0, 0, 0);
            queue.storeAll();
            return;
        }
        if (!busy.compareAndSet(false, true)) {
            throw failure(SealedStorageProtocol.ERROR_BUSY, "another operation of this writer is under way");
        }
        try {
            dispatch(op, arguments);
        } catch (TeeException e) {
            store.failed(e);
            throw e;
        } finally {
            busy.set(false);
        }
    }

    /** Stores nothing any more: the files of its generation may be another's as soon as it is given up. */
    @Override
    public void released() {
        queue.abandon();
        store.abandon(use);
        if (busy.compareAndSet(false, true)) {
            wipe();
            busy.set(false);
        }
    }

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.WRITER_WRITE -> {
                arguments.expect(1, 0, 0, 0);
                queue.requireOpen();
                write(arguments.input(0));
            }
            case SealedStorageProtocol.WRITER_COMMIT -> {
                arguments.expect(0, 1, 0, 0);
                queue.requireOpen();
                commit(arguments.output(0));
            }
            case SealedStorageProtocol.WRITER_DESCRIBE -> {
                arguments.expect(1, 0, 0, 0);
                description = Descriptions.decode(arguments.input(0));
            }
            case SealedStorageProtocol.WRITER_BIND -> {
                arguments.expect(1, 0, 0, 0);
                association = Associations.digest(arguments.input(0));
            }
            case SealedStorageProtocol.WRITER_ABORT -> {
                arguments.expect(0, 0, 0, 0);
                close();
                store.abort(use);
            }
            default -> throw new TeeException(TeeResult.INVALID, "a writer has no operation " + op);
        }
    }

    private void write(ByteBuffer data) throws TeeException {
        store.grow(use, IndexEntry.bytes(size() + data.remaining(), description, association));
        while (data.hasRemaining()) {
            if (filled == chunkSize) {
                if (chunks == 0) {
                    store.requireInPlace();
                }
                seal(false);
                message = queue.newMessage();
            }
            int count = Math.min(chunkSize - filled, data.remaining());
            data.get(message.bytes().array(), BlockFiles.WRITE_CONTENT_OFFSET + filled, count);
            filled += count;
        }
    }

    private void commit(ByteBuffer outcome) throws TeeException {
        if (outcome.remaining() < 16) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "commit returns 16 bytes, there is room for " + outcome.remaining());
        }
        store.grow(use, IndexEntry.bytes(size(), description, association));
        if (chunks == 0) {
            version = store.place(version, use, Block.fileSize(filled));
        } else {
            store.requireInPlace();
        }
        IndexEntry written = IndexEntry.plain(version, size(), chunkSize, 0).with(description, association);
        seal(true);
        queue.drain();
        close();
        IndexEntry entry = store.commit(key, placement, written, use);
        outcome.putLong(entry.size()).putLong(entry.created());
    }

    private long size() {
        return (long) chunks * chunkSize + filled;
    }

    /** Seals a chunk and hands it over. Fails once and for all: no chunk number is used for two contents. */
    private void seal(boolean last) throws TeeException {
        boolean put = false;
        try {
            if (chunks == SegmentFiles.MAX_CHUNKS) {
                throw failure(SealedStorageProtocol.ERROR_STORAGE_FULL, "an object has at most " + chunks + " chunks");
            }
            Block chunk = Block.chunk(version, chunks, last, filled).padded();
            message.wipe(BlockFiles.WRITE_CONTENT_OFFSET + filled, chunk.length() - filled);
            segments.seal(message, chunk);
            queue.put(message, chunk);
            put = true;
        } finally {
            message = null;
            if (!put) {
                queue.abandon();
            }
        }
        chunks++;
        filled = 0;
    }

    private void close() throws TeeException {
        wipe();
        queue.close();
    }

    /** Leaves no plaintext behind that was not sealed in its place. */
    private void wipe() {
        if (message != null) {
            message.wipe(BlockFiles.WRITE_CONTENT_OFFSET, filled);
            message = null;
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
