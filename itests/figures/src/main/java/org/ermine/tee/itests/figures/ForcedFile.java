// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The least that makes a small file durable in one step: a new one, forced, renamed over the old one, and its folder
 * forced.
 */
final class ForcedFile {

    private final Path target;
    private final Path fresh;

    ForcedFile(Path target) {
        this.target = target.toAbsolutePath();
        fresh = this.target.resolveSibling(target.getFileName() + ".new");
    }

    void write(byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(target.getParent())) {
            folder.force(true);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(target);
    }
}
