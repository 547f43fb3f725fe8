// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Karaf's log, from the moment this was made. */
final class KarafLog {

    private final Path file = Path.of(System.getProperty("karaf.log"), "karaf.log");
    private final long begin;

    KarafLog() throws IOException {
        begin = Files.size(file);
    }

    /**
     * What our bundles warned of, and what somebody warned of on their account; but for what the emulator always says.
     */
    List<String> warnings() {
        return text().lines()
                .filter(line -> line.contains("| WARN ") || line.contains("| ERROR"))
                .filter(line -> line.contains("org.ermine."))
                .filter(line -> !line.contains("This QTEE is emulated and protects nothing"))
                .toList();
    }

    boolean contains(String text) {
        return text().contains(text);
    }

    private String text() {
        try {
            byte[] all = Files.readAllBytes(file);
            return new String(all, (int) begin, (int) (all.length - begin), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
