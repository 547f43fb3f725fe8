// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory that a file system has to be mounted on before files are kept.
 *
 * @param path absolute
 */
record MountPoint(Path path) {

    /** The kernel's table of what is mounted: a line each, the fifth word is where. */
    private static final Path MOUNTED = Path.of("/proc/self/mountinfo");

    private static final int WHERE = 4;

    /** What would end a word stands there as three octal digits. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    /** @throws DiagnosedException with EAGAIN if nothing is mounted there */
    void require() throws IOException {
        if (!Files.exists(path) || !isListed(path.toRealPath().toString())) {
            throw new DiagnosedException(Errno.EAGAIN, "requireMountPoint: nothing is mounted on " + path, null);
        }
    }

    private static boolean isListed(String real) throws IOException {
        // A character for a byte, whatever the locale.
        String bytes = new String(real.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return Files.readAllLines(MOUNTED, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .anyMatch(words -> words.length > WHERE && plain(words[WHERE]).equals(bytes));
    }

    private static String plain(String word) {
        return ESCAPED.matcher(word)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
    }
}
