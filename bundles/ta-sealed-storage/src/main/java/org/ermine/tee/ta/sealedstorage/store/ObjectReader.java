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
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Reads one version of an object, which stays readable until the reader is released. Holds one chunk, opened in place in the
 * message that brought it.
 */
public final class ObjectReader implements TrustedObject {

    private static final int NONE = -1;

    private final Store store;
    private final SegmentFiles segments;
    private final IndexEntry entry;
    private final Generations.Use use;
    /** Whether an operation is under way; who sets it owns what stands below. */
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Null when closed. */
    private StorageMessage message = new StorageMessage();
    /** The number of the chunk that stands authenticated in the message. */
    private int loaded = NONE;

    /** Whether the associated data were said that the object is bound to. */
    private boolean bound;

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
        if (!busy.compareAndSet(false, true)) {
            throw failure(SealedStorageProtocol.ERROR_BUSY, "another operation of this reader is under way");
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

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.READER_READ -> {
                arguments.expect(1, 1, 0, 0);
                ByteBuffer input = arguments.input(0);
                if (input.remaining() != Long.BYTES) {
                    throw new TeeException(TeeResult.SIZE_IN, "an offset has 8 bytes, not " + input.remaining());
                }
                requireOpen();
                Associations.require(bound);
                read(input.getLong(), arguments.output(0));
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

    @Override
    public void released() {
        store.closed(use);
        if (busy.compareAndSet(false, true)) {
            forget();
            busy.set(false);
        }
    }

    /** What was replaced or removed while it was read can be cleared away from now on. */
    private void close() {
        forget();
        store.closed(use);
    }

    /** Leaves no plaintext behind. */
    private void forget() {
        loaded = NONE;
        if (message != null) {
            message.wipe(BlockFiles.READ_CONTENT_OFFSET, (int) Math.min(entry.size(), entry.chunkSize()));
            message = null;
        }
    }

    private void requireOpen() throws TeeException {
        if (message == null) {
            throw failure(SealedStorageProtocol.ERROR_CLOSED, "the reader was closed");
        }
    }

    private void read(long offset, ByteBuffer data) throws TeeException {
        if (offset < 0 || offset > entry.size()) {
            throw new TeeException(TeeResult.INVALID, "offset " + offset + " is beyond the " + entry.size() + " bytes");
        }
        if (!data.hasRemaining()) {
            throw new TeeException(TeeResult.SIZE_OUT, "there is no room for data");
        }
        int number = (int) Math.min(offset / entry.chunkSize(), entry.chunks() - 1);
        Block chunk = entry.chunk(number);
        load(chunk);
        int start = (int) (offset - (long) number * entry.chunkSize());
        int count = Math.min(data.remaining(), chunk.length() - start);
        data.put(message.bytes().array(), BlockFiles.READ_CONTENT_OFFSET + start, count);
    }

    private void load(Block chunk) throws TeeException {
        if (loaded == chunk.number()) {
            return;
        }
        loaded = NONE;
        segments.read(message, chunk, entry.chunkSize());
        loaded = chunk.number();
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
