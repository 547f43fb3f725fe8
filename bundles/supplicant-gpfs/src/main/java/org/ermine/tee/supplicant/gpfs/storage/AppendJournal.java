// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.ermine.tee.supplicant.gpfs.disk.FileName;

/**
 * Remembers how long a file was while bytes are appended to it in place, so that after a crash it can be cut back. The
 * journal has one record: checksum, size, length of the name and the name; or zeros when nothing is under way.
 */
final class AppendJournal implements Closeable {

    /** A file that was being appended to. */
    record Record(FileName name, long size) {}

    private static final int HEADER = Integer.BYTES + Long.BYTES + Integer.BYTES;
    private static final int CAPACITY = HEADER + FileName.FIELD_SIZE;

    private final FileChannel file;
    private final boolean durable;

    AppendJournal(FileChannel file, boolean durable) {
        this.file = file;
        this.durable = durable;
    }

    void begin(FileName name, long size) throws IOException {
        byte[] text = name.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(CAPACITY);
        content.position(Integer.BYTES);
        content.putLong(size).putInt(text.length).put(text);
        content.putInt(0, checksum(content.array()));
        write(content.clear());
    }

    /**
     * Ends an append. When this fails, the record remains and cuts off at the next start what was appended. So the
     * append has failed too.
     */
    void end() throws IOException {
        write(ByteBuffer.allocate(CAPACITY));
    }

    /** Reads the record; null if no append was under way. */
    Record read() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(CAPACITY);
        while (content.hasRemaining() && file.read(content, content.position()) >= 0) {}
        content.clear();
        int checksum = content.getInt();
        long size = content.getLong();
        int length = content.getInt();
        if (length <= 0 || length > FileName.FIELD_SIZE || size < 0 || checksum != checksum(content.array())) {
            return null;
        }
        return new Record(FileName.of(new String(content.array(), HEADER, length, StandardCharsets.UTF_8)), size);
    }

    private void write(ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            file.write(content, content.position());
        }
        if (durable) {
            file.force(false);
        }
    }

    private static int checksum(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content, Integer.BYTES, CAPACITY - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
