// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk that fails as a test wants it to. What it says when it fails is in no language that anybody could look for.
 */
public final class TestDisk implements Disk {

    @FunctionalInterface
    public interface Writing {
        void write(FileChannel file, ByteBuffer data, long position) throws IOException;
    }

    @FunctionalInterface
    public interface Forcing {
        void force(FileChannel file) throws IOException;
    }

    public Writing writing = Disk.super::write;
    public Forcing forcing = Disk.super::force;
    public long usable = Long.MAX_VALUE;
    public boolean readOnly;
    /** Keys of the directories whose names were forced to the disk. */
    public final List<Object> synced = new ArrayList<>();

    public static IOException failure() {
        return new FileSystemException("f", null, "…");
    }

    /** Half of the content is written, then there is no room any more. */
    public static TestDisk full() {
        TestDisk disk = new TestDisk();
        disk.writing = (file, data, position) -> {
            file.write(data.slice(0, data.remaining() / 2), position);
            disk.usable = 0;
            throw failure();
        };
        return disk;
    }

    @Override
    public void write(FileChannel file, ByteBuffer data, long position) throws IOException {
        writing.write(file, data, position);
    }

    @Override
    public void force(FileChannel file) throws IOException {
        forcing.force(file);
    }

    @Override
    public void sync(Directory directory) throws IOException {
        Disk.super.sync(directory);
        synced.add(directory.fileKey());
    }

    @Override
    public long usable(Path path) {
        return usable;
    }

    @Override
    public boolean isReadOnly(Path path) {
        return readOnly;
    }
}
