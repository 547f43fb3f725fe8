// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.Interrupts;

/**
 * Reads an object piece by piece, by a thread of its own, a few pieces ahead of the one that takes them: so that a piece is
 * fetched and decrypted while the one before is written to its place. Used by one thread.
 */
public final class ReadAhead implements AutoCloseable {

    /** One is being read, one waits, one is with the taker. */
    private static final int PIECES = 3;

    private final ObjectSource source;
    private final BlockingQueue<Piece> read = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES);
    private final byte[][] all = new byte[PIECES][];
    private final Assistant reader;

    private ReadAhead(ObjectSource source) {
        this.source = source;
        for (int i = 0; i < PIECES; i++) {
            all[i] = new byte[source.transferSize()];
            free.add(all[i]);
        }
        reader = Assistant.start(this::readAll);
    }

    /** {@code count} bytes of the object; or, if {@code failure} is not null, why there are no more. */
    record Piece(byte[] data, int count, SealedStorageException failure) {}

    /** Takes pieces of content, which are another's when it returns. */
    @FunctionalInterface
    public interface Sink<E extends IOException> {
        void write(byte[] data, int count) throws E;
    }

    /** Copies all of an object. */
    public static <E extends IOException> void copy(ObjectSource source, Sink<E> sink)
            throws SealedStorageException, E {
        try (ReadAhead ahead = start(source)) {
            long done = 0;
            while (done < source.size()) {
                Interrupts.check();
                Piece piece = ahead.take();
                sink.write(piece.data(), piece.count());
                ahead.giveBack(piece);
                done += piece.count();
            }
        }
    }

    private static ReadAhead start(ObjectSource source) {
        return new ReadAhead(source);
    }

    /** The next piece, which is to be {@linkplain #giveBack given back}. Not to be called after the end. */
    Piece take() throws SealedStorageException {
        try {
            Piece piece = read.take();
            if (piece.failure() != null) {
                throw piece.failure();
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SealedStorageException(Reason.INTERRUPTED, "interrupted", e);
        }
    }

    void giveBack(Piece piece) {
        free.add(piece.data());
    }

    private void readAll() {
        try {
            long done = 0;
            while (done < source.size()) {
                byte[] data = free.take();
                int count = source.read(done, data, 0, data.length);
                read.add(new Piece(data, count, null));
                done += count;
            }
        } catch (SealedStorageException e) {
            read.add(new Piece(null, 0, e));
        } catch (RuntimeException | Error e) {
            read.add(new Piece(null, 0, new SealedStorageException(Reason.FAILED, "reading failed: " + e, e)));
        } catch (InterruptedException e) {
            // Nobody takes any more: closed.
            Thread.currentThread().interrupt();
        }
    }

    /** No content is left in the pieces. */
    @Override
    public void close() {
        reader.close();
        for (byte[] piece : all) {
            Arrays.fill(piece, (byte) 0);
        }
    }
}
