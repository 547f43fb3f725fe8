// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a store of files has the disk do, and asks of it. Tests replace it to let it fail. */
public interface Disk {

    /** Writes all of {@code data}. */
    default void write(FileChannel file, ByteBuffer data, long position) throws IOException {
        long at = position;
        while (data.hasRemaining()) {
            at += file.write(data, at);
        }
    }

    /** Returns when the content of {@code file} would outlast a power failure. */
    default void force(FileChannel file) throws IOException {
        file.force(true);
    }

    /** Returns when the names in {@code directory} would outlast a power failure. */
    default void sync(Directory directory) throws IOException {
        directory.forceNames();
    }

    /** Returns how many bytes this process can still add to the file system at {@code path}. */
    default long usable(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /** Returns whether the file system at {@code path} is mounted for reading only. */
    default boolean isReadOnly(Path path) throws IOException {
        return Files.getFileStore(path).isReadOnly();
    }

    /** Returns the disk below the file systems of the platform. */
    static Disk real() {
        return new Disk() {};
    }
}
