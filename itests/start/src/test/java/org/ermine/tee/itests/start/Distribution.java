// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.start;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A copy of the distribution, started and stopped as a service manager does: without a terminal, by a signal. */
final class Distribution {

    /** What the log tells the operator once the emulated QTEE, the last that a device needs, is there. */
    private static final String READY = "This QTEE is emulated";

    /**
     * Checksum of the JDK, checksum of JDK and distribution with the size of what was summed up, size of the archive.
     */
    private static final String ARCHIVE = "(\\d+-){3}\\d+\\.jsa";

    private final Path folder;
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();

    Distribution(Path folder, Path home) throws IOException {
        this.folder = folder;
        this.home = home;
        copy(Path.of(System.getProperty("ermine.distribution")), folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                if (!path.startsWith(from.resolve("archive"))) {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                }
            }
        }
    }

    /** What it is run with, unless a test says otherwise: the JDK of this JVM or that of a system property. */
    static Path jdk() {
        return Path.of(System.getProperty("ermine.jdk", System.getProperty("java.home")));
    }

    void setEnvironment(String name, String value) {
        environment.put(name, value);
    }

    Path folder() {
        return folder;
    }

    Path home() {
        return home;
    }

    /**
     * Starts it, waits until a device is there, and ends it.
     *
     * @return all that it printed
     */
    String run(String... options) throws IOException, InterruptedException {
        return run(jdk(), options);
    }

    String run(Path jdk, String... options) throws IOException, InterruptedException {
        String printed = tryToRun(jdk, options);
        if (!printed.contains(READY)) {
            throw new AssertionError("it did not start: " + printed);
        }
        return printed;
    }

    /** As {@link #run}; it may as well end by itself. */
    String tryToRun(Path jdk, String... options) throws IOException, InterruptedException {
        Process process = start(jdk, String.join(" ", options));
        StringBuilder printed = new StringBuilder();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = output.readLine()) != null) {
                printed.append(line).append('\n');
                if (line.contains(READY)) {
                    // Not the process's own method, which closes what is read here.
                    process.toHandle().destroy();
                }
            }
        }
        int code = process.waitFor();
        return printed.indexOf(READY) < 0 ? "exit code " + code + "\n" + printed : printed.toString();
    }

    private Process start(Path jdk, String options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("bin/ermine").toString());
        builder.redirectErrorStream(true).directory(folder.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("ERMINE_HOME", home.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("JAVA_OPTS", options);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The archives that a start may find. */
    List<String> archives() throws IOException {
        return archives(folder);
    }

    /** The archives in the home, where the distribution cannot be written. */
    List<String> archivesAtHome() throws IOException {
        return archives(home);
    }

    Path archive(String name) {
        return folder.resolve("archive").resolve(name);
    }

    /** Whether a JVM has left an archive there, which the next start may take. */
    boolean writesArchive() throws IOException {
        Path archives = folder.resolve("archive");
        if (!Files.exists(archives)) {
            return false;
        }
        try (Stream<Path> all = Files.list(archives)) {
            return all.anyMatch(path -> path.toFile().length() > 0);
        }
    }

    private static List<String> archives(Path parent) throws IOException {
        Path archives = parent.resolve("archive");
        if (!Files.exists(archives)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(archives)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches(ARCHIVE))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }
}
