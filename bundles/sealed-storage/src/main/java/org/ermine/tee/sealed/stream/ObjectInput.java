// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.lifecycle.Ending;

/** An object as a stream. Keeps no content but in what it reads from; what it needs on the way is wiped. */
final class ObjectInput extends InputStream {

    private static final int PIECE = 64 * 1024;

    private final OpenReader reader;
    private long position;

    /** Closes the reader when it is closed. */
    ObjectInput(OpenReader reader) {
        this.reader = reader;
    }

    @Override
    public int read() throws SealedStorageException {
        byte[] one = new byte[1];
        int value = read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        one[0] = 0;
        return value;
    }

    @Override
    public int read(byte[] data) throws SealedStorageException {
        return read(data, 0, Objects.requireNonNull(data, "data").length);
    }

    @Override
    public int read(byte[] data, int from, int count) throws SealedStorageException {
        Objects.checkFromIndexSize(from, count, Objects.requireNonNull(data, "data").length);
        int read = reader.read(position, ByteBuffer.wrap(data, from, count));
        position += Math.max(0, read);
        return read;
    }

    @Override
    public int readNBytes(byte[] data, int from, int count) throws IOException {
        return super.readNBytes(Objects.requireNonNull(data, "data"), from, count);
    }

    /** In one array, of which no copy is left. Where that fails, nothing of it was read. */
    @Override
    public byte[] readNBytes(int most) throws SealedStorageException {
        if (most < 0) {
            throw new IllegalArgumentException("cannot read " + most + " bytes");
        }
        byte[] data = new byte[Math.toIntExact(Math.min(most, rest()))];
        long begun = position;
        boolean whole = false;
        try {
            int done = 0;
            while (done < data.length) {
                done += read(data, done, data.length - done);
            }
            whole = true;
            return data;
        } finally {
            if (!whole) {
                position = begun;
                Arrays.fill(data, (byte) 0);
            }
        }
    }

    @Override
    public long transferTo(OutputStream target) throws IOException {
        Objects.requireNonNull(target, "target");
        byte[] piece = new byte[PIECE];
        long begun = position;
        try {
            for (int count = read(piece); count >= 0; count = read(piece)) {
                target.write(piece, 0, count);
            }
            return position - begun;
        } finally {
            Arrays.fill(piece, (byte) 0);
        }
    }

    @Override
    public long skip(long count) throws SealedStorageException {
        long skipped = Math.max(0, Math.min(count, rest()));
        position += skipped;
        return skipped;
    }

    /** The rest, as of a file. */
    @Override
    public int available() throws SealedStorageException {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, rest()));
    }

    private long rest() throws SealedStorageException {
        return reader.rest(position);
    }

    @Override
    public void close() {
        reader.end(Ending.CLOSED);
    }
}
