// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/ermine}, with a Java that does nothing until its input ends. */
@Timeout(60)
class LauncherTest {

    private static final Path LAUNCHER = Path.of("../src/main/dist/bin/ermine");

    @TempDir
    Path temp;

    @BeforeEach
    void makeJava() throws IOException {
        Path java = Files.createDirectories(temp.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho running\nexec cat\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void givenAnErmineInAHomeWhenAnotherIsStartedThereThenItIsToldWhichProcessRuns() throws Exception {
        Process first = start("home");
        assertEquals("running", line(first));
        Path configuration = Files.createDirectories(temp.resolve("home/cache")).resolve("bundle");
        Files.createFile(configuration);

        Process second = start("home");

        assertEquals(
                "ermine: " + temp.toRealPath().resolve("home") + " is used by the Ermine of process " + first.pid()
                        + "; end that, or set ERMINE_HOME to another folder",
                line(second));
        assertEquals(2, second.waitFor());
        assertTrue(Files.exists(configuration));
        assertTrue(first.isAlive());
        end(first);
    }

    @Test
    void givenAnErmineThatEndedOrRunsElsewhereWhenAnotherIsStartedThenItRuns() throws Exception {
        Process elsewhere = start("elsewhere");
        assertEquals("running", line(elsewhere));
        Process killed = start("home");
        assertEquals("running", line(killed));
        killed.destroyForcibly().waitFor();

        Process next = start("home");

        assertEquals("running", line(next));
        end(next);
        end(elsewhere);
    }

    /** As in a container that was killed: there, each start has the same number. */
    @Test
    void givenNoFlockAndTheOwnProcessNumberOfAnErmineThatDiedWhenItIsStartedThenItRuns() throws Exception {
        Path home = Files.createDirectories(temp.resolve("home"));
        ProcessBuilder launcher = new ProcessBuilder(
                "/bin/sh",
                "-c",
                "echo $$ > '" + home + "/running'; exec "
                        + LAUNCHER.toAbsolutePath().normalize());
        launcher.redirectErrorStream(true).environment().put("PATH", withoutFlock());
        Process next = start(launcher, "home");
        assertEquals("running", line(next));
        end(next);
    }

    private String withoutFlock() throws IOException {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool : List.of("cat", "dirname", "mkdir", "mktemp", "mv", "sed", "sh", "tr")) {
            Path real = Files.exists(Path.of("/usr/bin", tool)) ? Path.of("/usr/bin", tool) : Path.of("/bin", tool);
            Files.createSymbolicLink(tools.resolve(tool), real);
        }
        return tools.toString();
    }

    private Process start(String home) throws IOException {
        return start(new ProcessBuilder(LAUNCHER.toString()).redirectErrorStream(true), home);
    }

    private Process start(ProcessBuilder launcher, String home) throws IOException {
        launcher.environment().put("ERMINE_HOME", temp.resolve(home).toString());
        launcher.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
        return launcher.start();
    }

    private static String line(Process process) throws IOException {
        BufferedReader reader = process.inputReader();
        return reader.readLine();
    }

    private static void end(Process process) throws Exception {
        process.outputWriter().close();
        assertEquals(0, process.waitFor());
    }
}
