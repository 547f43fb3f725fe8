// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.IOException;
import java.util.Arrays;

/**
 * Encrypts the content of an archive segment by segment. Closed, it holds nothing of it any more. Used by one thread.
 */
final class ArchiveOutput implements AutoCloseable {

    private final ArchiveWriter.Sink sink;
    private final SegmentCipher cipher;
    private final byte[] segment;
    private final byte[] encrypted;
    private int filled;

    ArchiveOutput(ArchiveWriter.Sink sink, ArchiveHeader header, char[] passphrase) throws IOException {
        this.sink = sink;
        this.cipher = new SegmentCipher(header, passphrase);
        this.segment = new byte[header.segmentSize()];
        this.encrypted = new byte[header.segmentSize() + SegmentCipher.TAG_SIZE];
        sink.write(header.encode(), ArchiveHeader.SIZE);
    }

    void write(byte[] data, int from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            if (filled == segment.length) {
                send(false);
            }
            int part = Math.min(count - done, segment.length - filled);
            System.arraycopy(data, from + done, segment, filled, part);
            filled += part;
            done += part;
        }
    }

    /** Nothing follows. */
    void end() throws IOException {
        send(true);
    }

    private void send(boolean last) throws IOException {
        int size = cipher.encrypt(segment, filled, last, encrypted);
        sink.write(encrypted, size);
        filled = 0;
    }

    @Override
    public void close() {
        Arrays.fill(segment, (byte) 0);
    }
}
