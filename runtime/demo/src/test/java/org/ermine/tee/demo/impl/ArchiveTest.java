// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archives that {@code bin/ermine} tells a JVM to use or to write, with a Java that says what it was told. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArchiveTest {

    private static final Path LAUNCHER = Path.of("../src/main/dist/bin/ermine");
    private static final String WRITES = "-XX:ArchiveClassesAtExit=";
    private static final String USES = "-XX:SharedArchiveFile=";

    /** Finds each archive sound, where it is asked only that. */
    private static final String FINDS_SOUND = """
            #!/bin/sh
            case " $* " in
                *" -version "*) exit 0 ;;
            esac
            """;

    /** Ends its trial, as the launcher does, then waits for the end of its input. */
    private static final String LIVES = FINDS_SOUND + """
            for option; do
                case $option in
                    -Dermine.archive.trial=*) rm "${option#*=}" ;;
                esac
            done
            echo "$@"
            exec cat
            """;

    private static final String DIES = FINDS_SOUND + """
            echo "$@"
            exit 134
            """;

    private static final String STARTS = FINDS_SOUND + """
            echo "$@"
            exec cat
            """;

    /** Waits for the end of its input also where it is asked whether an archive is sound, and says no. */
    private static final String FINDS_DAMAGED = """
            #!/bin/sh
            echo "$@"
            cat
            exit 1
            """;

    private static final List<String> FURTHER_OPTIONS =
            List.of("JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

    @TempDir
    Path temp;

    private final List<Process> started = new CopyOnWriteArrayList<>();

    @BeforeEach
    void makeDistribution() throws IOException {
        Path script = Files.createDirectories(temp.resolve("ermine/bin")).resolve("ermine");
        Files.copy(LAUNCHER, script, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(Files.createDirectories(temp.resolve("ermine/lib")).resolve("a.jar"), "a");
        Files.writeString(Files.createDirectories(temp.resolve("ermine/conf")).resolve("config.properties"), "");
        Files.createDirectories(temp.resolve("jdk/bin"));
        Files.writeString(temp.resolve("jdk/release"), "JAVA_VERSION=\"17\"\n");
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String java, String home) throws IOException {
        Path file = temp.resolve("jdk/bin/java");
        Files.writeString(file, java);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder =
                new ProcessBuilder(temp.resolve("ermine/bin/ermine").toString());
        builder.redirectErrorStream(true)
                .environment()
                .put("ERMINE_HOME", temp.resolve(home).toString());
        builder.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
        builder.environment().keySet().removeAll(FURTHER_OPTIONS);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String run(String java) throws Exception {
        return end(start(java, "home"));
    }

    /** What it was told. */
    private static String end(Process process) throws Exception {
        process.outputWriter().close();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return told;
    }

    /** The file that follows such an option; fails if there is none. */
    private static Path file(String option, String told) {
        int begin = told.indexOf(option);
        assertTrue(begin >= 0, told);
        return Path.of(told.substring(begin + option.length(), told.indexOf(' ', begin)));
    }

    private void runAndWriteArchive() throws Exception {
        Files.writeString(file(WRITES, run(LIVES)), "an archive");
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(temp.resolve("ermine/archive"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void givenAnArchiveThatAJvmDiedOfWhenStartedAgainThenAnotherOneIsWritten() throws Exception {
        runAndWriteArchive();
        Path archive = file(USES, run(DIES));

        Path written = file(WRITES, run(LIVES));

        assertEquals(List.of(written.getFileName().toString()), left());
        assertTrue(Files.notExists(archive));
    }

    @Test
    void givenAnArchiveThatIsFoundDamagedWhenStartedThenAnotherOneIsWrittenAndTheInputIsThere() throws Exception {
        runAndWriteArchive();
        Process process = start(FINDS_DAMAGED, "home");
        String told = process.inputReader().readLine();

        Path written = file(WRITES, told);

        assertTrue(process.isAlive());
        end(process);
        assertEquals(List.of(written.getFileName().toString()), left());
    }

    @Test
    void givenAnArchiveThatAJvmLivedWithWhenStartedAgainThenItIsUsed() throws Exception {
        runAndWriteArchive();
        Path archive = file(USES, run(LIVES));
        assertEquals(archive, file(USES, run(LIVES)));
        assertEquals(List.of(archive.getFileName().toString()), left());
    }

    @Test
    void givenAJvmInItsTrialWhenAnotherIsStartedThenItUsesTheSameArchive() throws Exception {
        runAndWriteArchive();
        Process first = start(STARTS, "home");
        String told = first.inputReader().readLine();

        assertEquals(file(USES, told), file(USES, end(start(LIVES, "other home"))));

        assertTrue(first.isAlive());
        end(first);
    }

    @Test
    void givenStartsThatWereNeverEndedProperlyWhenStartedAgainThenOneFileIsLeft() throws Exception {
        for (int i = 0; i < 3; i++) {
            run(LIVES);
        }
        Path written = file(WRITES, run(LIVES));
        assertEquals(List.of(written.getFileName().toString()), left());
    }

    @Test
    void givenWhatFormerJdksAndJvmsThatDiedLeftLongAgoWhenAnArchiveIsWrittenThenItGoes() throws Exception {
        Path archives = Files.createDirectories(temp.resolve("ermine/archive"));
        Path former = write(archives.resolve("1-2-3-10.jsa"), Duration.ofDays(32));
        Path other = write(archives.resolve("2-2-3-10.jsa"), Duration.ofDays(20));
        Path broken = write(archives.resolve("2-2-3.abcdef"), Duration.ofDays(3));
        Path fresh = write(archives.resolve("2-2-3.fedcba"), Duration.ofHours(1));

        Path written = file(WRITES, run(LIVES));

        assertTrue(Files.notExists(former));
        assertTrue(Files.notExists(broken));
        assertEquals(
                Stream.of(other, fresh, written)
                        .map(file -> file.getFileName().toString())
                        .sorted()
                        .toList(),
                left());
    }

    private static Path write(Path file, Duration age) throws IOException {
        Files.writeString(file, "an archive");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }
}
