// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScriptTest {

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl processor = new CommandProcessorImpl(threadIo);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> done = new ArrayList<>();
    private Script script;

    /** Two commands. */
    public final class Commands {

        public String act(String what) {
            done.add(what);
            return "done: " + what;
        }

        public void fail(String why) throws IOException {
            throw new IOException(why);
        }
    }

    @BeforeEach
    void open() {
        threadIo.start();
        processor.addCommand("test", new Commands(), "act");
        processor.addCommand("test", new Commands(), "fail");
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
        CommandSession session = processor.createSession(new ByteArrayInputStream(new byte[0]), printed, told);
        script = new Script(session, printed, told);
    }

    @AfterEach
    void close() {
        processor.stop();
        threadIo.stop();
    }

    private static BufferedReader lines(String text) {
        return new BufferedReader(new StringReader(text));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("given commands that succeed, when they are run, then their results are printed and the code is 0")
    void runsAll() {
        assertEquals(
                0, script.runUntilOneFails(List.of("act one", "act 'and two'").iterator()));

        assertEquals(List.of("one", "and two"), done);
        assertEquals(
                List.of("done: one", "done: and two"),
                out.toString(StandardCharsets.UTF_8).lines().toList());
        assertEquals("", told());
    }

    @Test
    @DisplayName("given a command that fails, when it is run, then it is told why, those behind it are not run")
    void endsBehindAFailure() {
        assertEquals(
                1,
                script.runUntilOneFails(
                        List.of("act one", "fail 'no room'", "act two").iterator()));

        assertEquals(List.of("one"), done);
        assertTrue(told().contains("no room"), told());
    }

    @Test
    @DisplayName("given a command that nobody has, or a line that is none, when it is run, then the code is 1")
    void failsForWhatIsNoCommand() {
        assertEquals(1, script.runUntilOneFails(List.of("nosuchcommand").iterator()));
        assertTrue(told().contains("nosuchcommand"), told());
        assertEquals(1, script.runUntilOneFails(List.of(")").iterator()));
    }

    @Test
    @DisplayName("given lines of input of which one fails, then all are run, and the code is 1")
    void goesOnBehindALineThatFails() throws Exception {
        assertEquals(1, script.runAll(lines("act one\nfail 'no room'\n\n# a comment\nact two\n")));

        assertEquals(List.of("one", "two"), done);
    }

    @Test
    @DisplayName("given a command of several lines, then it is run when its last one is there")
    void runsCommandsOfSeveralLines() throws Exception {
        assertEquals(0, script.runAll(lines("both = {\n  act one\n  act $1\n}\nboth 'and\ntwo'")));

        assertEquals(List.of("one", "and\ntwo"), done);
    }

    @Test
    @DisplayName("given input that ends within a command, then that is told, and the code is 1")
    void failsWhereTheInputEndsTooEarly() throws Exception {
        assertEquals(1, script.runAll(lines("act one\nact {\n")));

        assertEquals(List.of("one"), done);
        assertTrue(told().contains("unexpected EOT"), told());
    }

    @Test
    @DisplayName("given no lines at all, then the code is 0")
    void doesNothingWithoutLines() throws Exception {
        assertEquals(0, script.runAll(lines("")));
    }
}
