// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.io.IOException;
import java.util.Arrays;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Interrupts;

/** Reads an object from its beginning to its end, while what comes next {@linkplain FetchAhead is fetched}. */
public final class ReadAhead {

    private ReadAhead() {}

    /** Takes pieces of content, which are overwritten when it returns. */
    @FunctionalInterface
    public interface Sink<E extends IOException> {
        void write(byte[] data, int count) throws E;
    }

    /** Copies all of an object. No content is left in what it needs for that. */
    public static <E extends IOException> void copy(ObjectSource source, Sink<E> sink)
            throws SealedStorageException, E {
        byte[] piece = new byte[(int) Math.min(source.size(), source.transferSize())];
        try (FetchAhead ahead = FetchAhead.start(source)) {
            long done = 0;
            while (done < source.size()) {
                Interrupts.check();
                ahead.await();
                int count = (int) Math.min(piece.length, source.size() - done);
                source.readFully(done, piece, count);
                ahead.read();
                sink.write(piece, count);
                done += count;
            }
        } finally {
            Arrays.fill(piece, (byte) 0);
        }
    }
}
