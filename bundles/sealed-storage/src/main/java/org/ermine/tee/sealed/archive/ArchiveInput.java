// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Decrypts the content of an archive segment by segment: what it gives is authentic. That an archive is whole shows at
 * its end. Closed, it holds nothing of it any more. Used by one thread.
 */
final class ArchiveInput implements AutoCloseable {

    private final InputStream source;
    private final SegmentCipher cipher;
    private final byte[] segment;
    /** The next segment, and a byte of the one after it: without that, it is the last one. */
    private final byte[] encrypted;

    private int read;
    private int position;
    private int length;
    private boolean last;

    ArchiveInput(InputStream source, ArchiveHeader header, char[] passphrase) {
        this.source = source;
        this.cipher = new SegmentCipher(header, passphrase);
        this.segment = new byte[header.segmentSize()];
        this.encrypted = new byte[header.segmentSize() + SegmentCipher.TAG_SIZE + 1];
    }

    /** @throws ArchiveException if there are fewer */
    void read(byte[] data, int from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            if (position == length) {
                fetch();
            }
            int part = Math.min(count - done, length - position);
            System.arraycopy(segment, position, data, from + done, part);
            position += part;
            done += part;
        }
    }

    /** @throws ArchiveException if something follows */
    void requireEnd() throws IOException {
        if (position == length && !last) {
            fetch();
        }
        if (position < length) {
            throw new ArchiveException("has something behind its end");
        }
    }

    private void fetch() throws IOException {
        if (last) {
            throw new ArchiveException("ends in the middle of a record");
        }
        read += source.readNBytes(encrypted, read, encrypted.length - read);
        boolean isLast = read < encrypted.length;
        int size = Math.min(read, encrypted.length - 1);
        if (size < SegmentCipher.TAG_SIZE) {
            throw new ArchiveException("was cut off");
        }
        long number = cipher.number();
        length = cipher.decrypt(encrypted, size, isLast, segment);
        position = 0;
        if (length < 0) {
            length = 0;
            throw new ArchiveException(
                    number == 0
                            ? "was changed or cut off, or the passphrase is another one"
                            : "was changed or cut off: segment " + number + " is not what was written");
        }
        last = isLast;
        encrypted[0] = encrypted[encrypted.length - 1];
        read = isLast ? 0 : 1;
    }

    @Override
    public void close() {
        Arrays.fill(segment, (byte) 0);
    }
}
