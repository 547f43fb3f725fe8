// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory that a file system has to be mounted on before files are kept.
 *
 * @param path its absolute path
 * @param table the file with a line for each file system that is mounted; the fifth word of a line says where
 */
public record MountPoint(Path path, Path table) {

    /** The kernel's table of what is mounted. */
    private static final Path MOUNTED = Path.of("/proc/self/mountinfo");

    private static final int WHERE = 4;

    /** Characters that would end a word stand in the table as three octal digits. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    public MountPoint(Path path) {
        this(path, MOUNTED);
    }

    /**
     * Returns the key of the directory that the path leads to; null if it leads to none. What is mounted there has
     * another key than what lies below.
     */
    public Object key() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Requires something to be mounted, by the table.
     *
     * @return the {@link #key}: as long as it is the same, the same is mounted
     * @throws DiagnosedException with EAGAIN if nothing is mounted there
     */
    public Object require() throws IOException {
        Object key = key();
        if (!Files.exists(path) || !isListed(path.toRealPath().toString())) {
            throw new DiagnosedException(FileErrno.EAGAIN, "requireMountPoint: nothing is mounted on " + path, null);
        }
        return key;
    }

    private boolean isListed(String real) throws IOException {
        // Whatever the locale, each character stands for one byte.
        String bytes = new String(real.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" "))
                .anyMatch(words -> words.length > WHERE && plain(words[WHERE]).equals(bytes));
    }

    private static String plain(String word) {
        return ESCAPED.matcher(word)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
    }
}
