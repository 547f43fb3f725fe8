// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.object.ReadAhead.Piece;

/**
 * One of the threads that read an object for a {@link ReadAhead}: of so many lanes, it reads each so many-th piece. The
 * pieces are taken by one thread, in their order.
 */
final class Lane implements AutoCloseable {

    /** One is being read, one waits or is with the taker. */
    private static final int PIECES = 2;

    private final ObjectSource source;
    private final long first;
    private final long step;
    private final BlockingQueue<Piece> read = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES);
    private final byte[][] all = new byte[PIECES][];
    /** Made ahead: when reading fails there may be no memory to say why. */
    private final Piece unexplained = failed(new SealedStorageException(Reason.FAILED, "reading failed"));

    private final Assistant reader;

    Lane(ObjectSource source, int number, int lanes) {
        this.source = source;
        this.first = (long) number * source.transferSize();
        this.step = (long) lanes * source.transferSize();
        for (int i = 0; i < PIECES; i++) {
            all[i] = new byte[source.transferSize()];
            free.add(all[i]);
        }
        reader = Assistant.start(this::readAll);
    }

    Piece take() throws SealedStorageException {
        try {
            Piece piece = read.take();
            if (piece.failure() != null) {
                throw piece.failure();
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Interrupts.interrupted(e);
        }
    }

    void giveBack(Piece piece) {
        free.add(piece.data());
    }

    /** Whatever ends it early is told as the last piece, so that the taker does not wait for another. */
    private void readAll() {
        Piece last = unexplained;
        try {
            readPieces();
            last = null;
        } catch (InterruptedException e) {
            // Nobody takes any more: closed.
            last = null;
            Thread.currentThread().interrupt();
        } catch (SealedStorageException e) {
            last = failed(e);
        } catch (Throwable e) {
            last = failed(new SealedStorageException(Reason.FAILED, "reading failed: " + e, e));
        } finally {
            if (last != null) {
                read.add(last);
            }
        }
    }

    private static Piece failed(SealedStorageException failure) {
        return new Piece(null, 0, failure);
    }

    private void readPieces() throws InterruptedException, SealedStorageException {
        for (long offset = first; offset < source.size(); offset += step) {
            byte[] data = free.take();
            int count = (int) Math.min(data.length, source.size() - offset);
            readFully(offset, data, count);
            read.add(new Piece(data, count, null));
        }
    }

    private void readFully(long offset, byte[] data, int count) throws SealedStorageException {
        int done = 0;
        while (done < count) {
            done += source.read(offset + done, data, done, count - done);
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
