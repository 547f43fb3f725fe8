// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A file of the secure state that changes often: two files in turn, so that it takes one write in place and one force
 * to the disk, and no other room than before. The one with the greater number counts:
 *
 * <pre>
 * u64 number, u32 length, content, SHA-256 of what stands before; zeros to a multiple of 4096; all of it again
 * </pre>
 *
 * <p>A write that is cut off leaves the other file. A sector that cannot be read, or holds something else or what it
 * held before, leaves the other copy. A file that is missing, or that cannot be read, is never taken for one whose
 * write was cut off: then there is no content. An interrupted thread reads and, once there are both files, writes as
 * others do. Not thread safe: its owner serialises.
 */
final class AlternatingFile {

    private static final int UNIT = 4096;
    private static final int HEAD = Long.BYTES + Integer.BYTES;
    private static final int CHECKSUM = 32;

    private final StateDirectory directory;
    private final String name;

    AlternatingFile(StateDirectory directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** Content, and the number it was written with. */
    private record Numbered(long number, byte[] content) {}

    /**
     * The latest content, or null if there never was any.
     *
     * @throws IOException if what is there is damaged
     */
    byte[] read() throws IOException {
        Numbered latest = latest(read(0), read(1));
        return latest == null ? null : latest.content();
    }

    /** Replaces the content: afterwards, and after a crash, there is either the old or the new one. */
    void write(byte[] content) throws IOException {
        Numbered first = read(0);
        Numbered second = read(1);
        Numbered latest = latest(first, second);
        long number = latest == null ? 1 : latest.number() + 1;
        String file = name(latest != null && latest == first ? 1 : 0);
        byte[] bytes = encode(number, content);
        if (directory.exists(file)) {
            directory.overwrite(file, bytes);
        } else {
            directory.replace(file, bytes);
        }
    }

    private String name(int file) {
        return name + "." + file;
    }

    private Numbered latest(Numbered first, Numbered second) throws IOException {
        Numbered latest = first == null || second != null && second.number() > first.number() ? second : first;
        // From the second write on there are both.
        boolean incomplete = latest == null
                ? directory.exists(name(0)) || directory.exists(name(1))
                : latest.number() > 1 && !(directory.exists(name(0)) && directory.exists(name(1)));
        if (incomplete) {
            throw directory.damaged(name);
        }
        return latest;
    }

    /**
     * Null if there is no such file, or nothing in it that was written completely.
     *
     * @throws IOException if there may be something that cannot be read now
     */
    private Numbered read(int file) throws IOException {
        try (RandomAccessFile opened = directory.open(name(file))) {
            return opened == null ? null : latestCopy(opened, opened.length());
        }
    }

    /** Looks at both copies: a sector that a write did not reach holds a complete copy too, of an earlier write. */
    private static Numbered latestCopy(RandomAccessFile file, long size) throws IOException {
        Numbered latest = null;
        IOException unreadable = null;
        for (long offset = 0; offset < size; ) {
            Numbered found = null;
            try {
                found = readCopy(file, offset, size);
            } catch (IOException e) {
                unreadable = e;
            }
            if (found != null && (latest == null || found.number() > latest.number())) {
                latest = found;
            }
            offset += found == null ? UNIT : copySize(found.content());
        }
        if (latest == null && unreadable != null) {
            throw unreadable;
        }
        return latest;
    }

    /** Null if no complete copy begins there. */
    private static Numbered readCopy(RandomAccessFile file, long offset, long size) throws IOException {
        if (size - offset < HEAD + CHECKSUM) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(read(file, offset, HEAD));
        long number = head.getLong();
        int length = head.getInt();
        if (length < 0 || length > size - offset - HEAD - CHECKSUM) {
            return null;
        }
        int end = HEAD + length;
        byte[] bytes = read(file, offset, end + CHECKSUM);
        boolean complete = Arrays.equals(checksum(bytes, 0, end), Arrays.copyOfRange(bytes, end, end + CHECKSUM));
        return complete ? new Numbered(number, Arrays.copyOfRange(bytes, HEAD, end)) : null;
    }

    private static byte[] read(RandomAccessFile file, long offset, int size) throws IOException {
        byte[] bytes = new byte[size];
        file.seek(offset);
        file.readFully(bytes);
        return bytes;
    }

    private static byte[] encode(long number, byte[] content) {
        int copy = copySize(content);
        ByteBuffer bytes = ByteBuffer.allocate(2 * copy);
        for (int offset = 0; offset <= copy; offset += copy) {
            bytes.position(offset);
            bytes.putLong(number).putInt(content.length).put(content);
            bytes.put(checksum(bytes.array(), offset, HEAD + content.length));
        }
        return bytes.array();
    }

    private static int copySize(byte[] content) {
        return (HEAD + content.length + CHECKSUM + UNIT - 1) / UNIT * UNIT;
    }

    private static byte[] checksum(byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, offset, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
