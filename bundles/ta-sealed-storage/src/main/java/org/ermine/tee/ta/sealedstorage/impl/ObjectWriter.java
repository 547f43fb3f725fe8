// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Writes one version of an object: collects a chunk of plaintext in a message, seals it there, sends the message. A chunk is
 * sent when more data comes or at the commit, so that the last one is known as such. Owns its generation until it committed.
 */
final class ObjectWriter implements TrustedObject {

    private final Store store;
    private final SegmentFiles segments;
    private final String name;
    private final ObjectVersion version;
    private final int chunkSize;
    /** Whether an operation is under way; who sets it owns what stands below. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private StorageMessage message = new StorageMessage();
    private int chunks;
    private int filled;
    private boolean open = true;

    ObjectWriter(Store store, SegmentFiles segments, String name, ObjectVersion version, int chunkSize) {
        this.store = store;
        this.segments = segments;
        this.name = name;
        this.version = version;
        this.chunkSize = chunkSize;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (!busy.compareAndSet(false, true)) {
            throw failure(SealedStorageProtocol.ERROR_BUSY, "another operation of this writer is under way");
        }
        try {
            dispatch(op, arguments);
        } finally {
            busy.set(false);
        }
    }

    @Override
    public void released() {
        store.abandon(version);
    }

    private void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case SealedStorageProtocol.WRITER_WRITE -> {
                arguments.expect(1, 0, 0, 0);
                requireOpen();
                write(arguments.input(0));
            }
            case SealedStorageProtocol.WRITER_COMMIT -> {
                arguments.expect(0, 1, 0, 0);
                requireOpen();
                commit(arguments.output(0));
            }
            case SealedStorageProtocol.WRITER_ABORT -> {
                arguments.expect(0, 0, 0, 0);
                close();
                store.abort(version);
            }
            default -> throw new TeeException(TeeResult.INVALID, "a writer has no operation " + op);
        }
    }

    private void write(ByteBuffer data) throws TeeException {
        while (data.hasRemaining()) {
            if (filled == chunkSize) {
                flush(false);
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
        long size = (long) chunks * chunkSize + filled;
        flush(true);
        close();
        IndexEntry entry = store.commit(name, version, size);
        outcome.putLong(entry.size()).putLong(entry.created());
    }

    /** Writes a chunk. Fails once and for all: no chunk number is used for two contents. */
    private void flush(boolean last) throws TeeException {
        boolean written = false;
        try {
            if (chunks == SegmentFiles.MAX_CHUNKS) {
                throw failure(SealedStorageProtocol.ERROR_STORAGE_FULL, "an object has at most " + chunks + " chunks");
            }
            segments.write(message, Block.chunk(version, chunks, last, filled), chunkSize);
            written = true;
        } finally {
            if (!written) {
                close();
            }
        }
        chunks++;
        filled = 0;
    }

    private void requireOpen() throws TeeException {
        if (!open) {
            throw failure(SealedStorageProtocol.ERROR_CLOSED, "the writer has committed, was aborted or failed");
        }
    }

    private void close() {
        open = false;
        message = null;
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
