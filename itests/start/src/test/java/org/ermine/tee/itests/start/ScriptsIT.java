// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as a script calls it: with commands, which it carries out, and an exit code in the end. */
@Timeout(300)
class ScriptsIT {

    @TempDir
    Path temp;

    private Distribution distribution;

    /** How a call ended, and what it printed. */
    private record Ended(int code, String printed) {}

    @BeforeEach
    void unpack() throws IOException {
        distribution = new Distribution(temp.resolve("ermine"), temp.resolve("home"));
    }

    private Ended call(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(distribution.folder().resolve("bin/ermine").toString()));
        command.addAll(List.of(arguments));
        Path printed = temp.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("ERMINE_HOME", distribution.home().toString());
        builder.environment().put("JAVA_HOME", Distribution.jdk().toString());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return new Ended(process.waitFor(), Files.readString(printed));
    }

    @Test
    @DisplayName("given commands as arguments, then they are carried out up to the first that fails")
    void carriesOutArguments() throws Exception {
        Ended ended = call("", "run", "echo 'one   word'", "tee:devices", "tee:objects nobody", "echo never");

        assertEquals(1, ended.code(), ended.printed());
        assertTrue(ended.printed().contains("one   word\n"), ended.printed());
        assertTrue(ended.printed().contains("qtee-emulator"), ended.printed());
        assertTrue(ended.printed().contains("tee:objects: "), ended.printed());
        assertTrue(!ended.printed().contains("never"), ended.printed());
    }

    @Test
    @DisplayName("given commands in a pipe, then they are carried out, and the code is 0 if none failed")
    void carriesOutThePipe() throws Exception {
        Ended ended = call("echo one\ntee:info\necho two\n");

        assertEquals(0, ended.code(), ended.printed());
        assertTrue(ended.printed().contains("one\n"), ended.printed());
        assertTrue(ended.printed().contains("two\n"), ended.printed());
        assertEquals(1, call("echo one\ntee:nosuchcommand\n").code());
    }

    @Test
    @DisplayName("given the question for the version, then it is printed, and nothing starts")
    void printsItsVersion() throws Exception {
        Ended ended = call("", "--version");

        assertEquals(0, ended.code(), ended.printed());
        assertTrue(ended.printed().matches("Ermine \\d+\\.\\d+\\.\\d+\\S*\n"), ended.printed());
        assertTrue(Files.notExists(distribution.home()), "a home was made");
    }

    @Test
    @DisplayName("given run without a command, then nothing starts, and the code is 2")
    void wantsACommand() throws Exception {
        Ended ended = call("", "run");

        assertEquals(2, ended.code(), ended.printed());
        assertTrue(ended.printed().startsWith("ermine: run what?"), ended.printed());
    }
}
