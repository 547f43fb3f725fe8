// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the processors that this process may use. On a busy machine two threads that wake each other are put on the
 * same one again and again, and what should run at once runs one after the other; bound to two they do not. Binds
 * nobody where there is no Linux with {@code taskset}, or a single processor.
 */
public final class Processor {

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final Path SELF = Path.of("/proc/thread-self");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final int number;

    /** @param number from 0; they begin anew where there are not so many */
    public Processor(int number) {
        this.number = number;
    }

    /** Binds the calling thread. */
    public void bindMe() throws IOException, InterruptedException {
        if (Files.isSymbolicLink(SELF)) {
            bind(Files.readSymbolicLink(SELF).getFileName().toString());
        }
    }

    /** Binds all threads whose names begin so, as the system has them: with 15 characters at the most. */
    public void bindAll(String prefix) throws IOException, InterruptedException {
        if (!Files.isDirectory(THREADS)) {
            return;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (isNamed(thread, prefix)) {
                    bind(thread.getFileName().toString());
                }
            }
        }
    }

    private static boolean isNamed(Path thread, String prefix) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).startsWith(prefix);
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return false;
        }
    }

    private void bind(String thread) throws IOException, InterruptedException {
        List<Integer> allowed = allowed();
        if (allowed.size() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            new ProcessBuilder("/usr/bin/taskset", "-cp", "" + allowed.get(number % allowed.size()), thread)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** Those of the process, for example "0-1,4". */
    private static List<Integer> allowed() throws IOException {
        List<Integer> allowed = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(ALLOWED)) {
                for (String range : line.substring(ALLOWED.length()).strip().split(",")) {
                    String[] ends = range.split("-");
                    for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                        allowed.add(i);
                    }
                }
            }
        }
        return allowed;
    }
}
