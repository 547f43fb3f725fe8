// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads an archive, object by object. What it gives was authenticated; that nothing is missing shows at the end. Used
 * by one thread.
 */
public final class ArchiveReader implements AutoCloseable {

    private static final int PIECE = 64 * 1024;

    private final ArchiveInput input;
    private final byte[] header;
    private final byte[] piece = new byte[PIECE];
    private ArchivedObject latest;
    private long objects;
    private long left;

    private ArchiveReader(ArchiveInput input, byte[] header) {
        this.input = input;
        this.header = header;
    }

    /**
     * Begins to read.
     *
     * @param source stays open
     * @param passphrase is not kept
     */
    public static ArchiveReader begin(InputStream source, char[] passphrase) throws IOException {
        byte[] header = source.readNBytes(ArchiveHeader.SIZE);
        ArchiveInput input = new ArchiveInput(source, ArchiveHeader.decode(header), passphrase);
        return new ArchiveReader(input, header);
    }

    /** Whether another reader began with the same header: two archives never do. */
    public boolean isOfSameArchiveAs(ArchiveReader other) {
        return Arrays.equals(header, other.header);
    }

    /** The next object, null at the end. What was not read of the content of the one before is left out. */
    public ArchivedObject next() throws IOException {
        while (left > 0) {
            content(piece, 0, piece.length);
        }
        ArchivedObject object = RecordCodec.read(input, objects);
        if (object != null) {
            if (latest != null && !object.follows(latest)) {
                throw new ArchiveException("has two objects of one name, or in another order than that of their names");
            }
            latest = object;
            left = object.size();
            objects++;
        }
        return object;
    }

    /** Reads content of the present object, and as much as there is room for. Returns how many bytes; 0 at its end. */
    public int content(byte[] data, int from, int most) throws IOException {
        int count = Math.toIntExact(Math.min(most, left));
        input.read(data, from, count);
        left -= count;
        return count;
    }

    @Override
    public void close() {
        Arrays.fill(piece, (byte) 0);
        input.close();
    }
}
