// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Interrupts;

/**
 * Reads an object piece by piece, by two threads of its own that take turns, ahead of the one that takes the pieces: so
 * that one is fetched and the one before it decrypted while the one before that is written to its place. Used by one
 * thread.
 */
public final class ReadAhead implements AutoCloseable {

    private static final int MOST_LANES = 2;

    private final List<Lane> lanes = new ArrayList<>(MOST_LANES);
    private int next;

    private ReadAhead() {}

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
        long pieces = (source.size() + source.transferSize() - 1) / source.transferSize();
        int count = (int) Math.min(MOST_LANES, pieces);
        return start(count, number -> new Lane(source, number, count));
    }

    /** If a lane cannot be made, as for want of memory, those before it are closed. */
    static ReadAhead start(int count, IntFunction<Lane> lane) {
        ReadAhead ahead = new ReadAhead();
        boolean whole = false;
        try {
            for (int number = 0; number < count; number++) {
                ahead.lanes.add(lane.apply(number));
            }
            whole = true;
            return ahead;
        } finally {
            if (!whole) {
                ahead.close();
            }
        }
    }

    /** The next piece, which is to be {@linkplain #giveBack given back}. Not to be called after the end. */
    Piece take() throws SealedStorageException {
        return lanes.get(next).take();
    }

    void giveBack(Piece piece) {
        lanes.get(next).giveBack(piece);
        next = (next + 1) % lanes.size();
    }

    /** No content is left in the pieces. */
    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
