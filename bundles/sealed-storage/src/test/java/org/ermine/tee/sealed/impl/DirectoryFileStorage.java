// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;

/**
 * A handler for GlobalPlatform file storage that makes writes of PERSIST files atomic and, if asked to, durable
 * together with the DATA files that were written before; it checks nothing.
 */
final class DirectoryFileStorage implements FakeEnvironment.FileHandler {

    private static final int ENOENT = 2;
    private static final int READ_HEADER = 12;
    private static final int WRITE_HEADER = 272;
    private static final int OFFSET = 260;
    private static final int COUNT_OFFSET = 264;

    private final Path folder;
    private final boolean durable;
    private final Set<Path> unforced = new HashSet<>();

    DirectoryFileStorage(Path folder, boolean durable) {
        this.folder = folder;
        this.durable = durable;
    }

    @Override
    public void handle(ByteBuffer message) {
        byte[] name = new byte[256];
        message.get(4, name);
        Path file = folder.resolve(new String(name, StandardCharsets.US_ASCII).trim());
        int error = 0;
        try {
            switch (message.getInt(0)) {
                case 4, 8 -> read(file, message);
                case 5 -> append(file, message);
                case 9 -> write(file, message);
                default -> {
                    Files.delete(file);
                    unforced.remove(file);
                }
            }
        } catch (NoSuchFileException e) {
            error = ENOENT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        message.putInt(4, error);
    }

    private static void read(Path file, ByteBuffer message) throws IOException {
        int count = message.getInt(COUNT_OFFSET);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            message.putInt(8, Math.max(0, channel.read(message.slice(READ_HEADER, count), message.getInt(OFFSET))));
        }
    }

    private void append(Path file, ByteBuffer message) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(message.slice(WRITE_HEADER, message.getInt(COUNT_OFFSET)), message.getInt(OFFSET));
        }
        unforced.add(file);
    }

    private void write(Path file, ByteBuffer message) throws IOException {
        if (durable) {
            forceAppended();
        }
        Path temporary = folder.resolve(".writing");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(message.slice(WRITE_HEADER, message.getInt(COUNT_OFFSET)));
            if (durable) {
                channel.force(true);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (durable) {
            forceEntries();
        }
    }

    private void forceAppended() throws IOException {
        for (Path file : unforced) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        unforced.clear();
    }

    private void forceEntries() throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}
