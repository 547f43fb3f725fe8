// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.start;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The distribution before a terminal of the system, with a person at its keys. */
@Timeout(300)
class TerminalIT {

    private static final String PROMPT = "ermine> ";
    private static final String END_OF_GREETING = "exit with Ctrl-D.";
    private static final String TAB = "\t";
    private static final String ENTER = "\r";
    private static final String CTRL_D = "\u0004";

    private static final String NOTHING_SEALED = "Nothing is sealed";

    private static final int COLUMNS = 80;
    private static final long LIMIT_SECONDS = 120;

    /** Each begins with another character. */
    private static final List<String> NAMES = List.of("a letter to somebody", "it's $HOME (\"mine\")", "機密 書類");
    /** No sealed object may have such a name. */
    private static final String WITH_LINE_BREAK = "two\nlines";

    @TempDir
    Path temp;

    private Path folder;
    private PseudoTerminal terminal;

    @BeforeEach
    void start() throws Exception {
        folder = Files.createDirectories(temp.resolve("here"));
        for (String name : NAMES) {
            Files.writeString(folder.resolve(name), "secret");
        }
        Files.writeString(folder.resolve(WITH_LINE_BREAK), "secret");
        Distribution distribution = new Distribution(temp.resolve("ermine"), temp.resolve("home"));
        terminal = new PseudoTerminal(builder(distribution), script(distribution) + "; echo \"left with $?\"; stty -a");
        terminal.await(END_OF_GREETING);
        terminal.await(PROMPT);
    }

    private static String script(Distribution distribution) {
        return "'" + distribution.folder().resolve("bin/ermine") + "'";
    }

    private ProcessBuilder builder(Distribution distribution) {
        ProcessBuilder builder = new ProcessBuilder().directory(folder.toFile());
        builder.environment().put("ERMINE_HOME", distribution.home().toString());
        builder.environment().put("JAVA_HOME", Distribution.jdk().toString());
        builder.environment().put("JAVA_OPTS", "-Duser.home=" + temp);
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().put("TERM", "xterm-256color");
        return builder;
    }

    @AfterEach
    void close() throws InterruptedException {
        terminal.close();
    }

    /** Types a line, and waits for what it prints and the next prompt. */
    private void type(String line, String answer) throws IOException, InterruptedException {
        terminal.type(line + ENTER);
        terminal.await(answer);
        terminal.await(PROMPT);
    }

    /** The trusted application is there a moment later than the prompt. */
    private void awaitSealedStorage() throws IOException, InterruptedException {
        while (!terminal.text().contains(NOTHING_SEALED)) {
            type("tee:ls", "ls\n");
        }
    }

    /** As a person has it: characters come in lines, and are shown. */
    private void assertTerminalIsAsBefore() throws InterruptedException {
        terminal.await(" icanon ");
        terminal.await(" echo ");
    }

    @Test
    @DisplayName("given names with blanks, quotation marks, dollars, line breaks and CJK, when TAB is pressed, "
            + "then the shell takes them; when it fails there is another; and Ctrl-D leaves the terminal as it was")
    void survivesWhatIsTyped() throws Exception {
        String greeting = terminal.text().substring(0, terminal.text().indexOf(END_OF_GREETING));
        greeting.lines()
                .filter(line -> !line.contains(temp.toString()))
                .forEach(line -> assertTrue(line.length() <= COLUMNS, line));
        awaitSealedStorage();
        for (String name : NAMES) {
            type("tee:seal " + begin(name) + TAB, "sealed '" + begin(name));
        }
        type("tee:seal " + begin(WITH_LINE_BREAK) + TAB + "lines", "sealed 'lines'");
        type("tee:rm l" + TAB, "removed 'lines'");
        for (String name : NAMES) {
            terminal.type("tee:ls" + ENTER);
            terminal.await(name);
            terminal.await(PROMPT);
            type("tee:rm " + begin(name) + TAB, "removed '" + begin(name));
        }
        type("tee:ls", NOTHING_SEALED);

        type("echo )", "This is no command line");

        terminal.type("$.reader setParser $nothing" + ENTER);
        terminal.await(PROMPT);
        terminal.type(ENTER);
        terminal.await("The shell has failed; this is another one.");
        terminal.await(PROMPT);
        type("echo and on", "\nand on\n");

        terminal.type(CTRL_D);
        terminal.await("left with 0\n");
        assertTerminalIsAsBefore();
    }

    private static String begin(String name) {
        return Character.toString(name.codePointAt(0));
    }

    @Test
    @DisplayName("given a JVM that is killed at its prompt, then the terminal is as it was")
    void givesBackTheTerminalOfAKilledJvm() throws Exception {
        terminal.jvm().destroyForcibly();

        terminal.await("left with 137\n");
        assertTerminalIsAsBefore();
    }

    @Test
    @DisplayName("given a start script that is ended, then the JVM ends too")
    void endsWithItsScript() throws Exception {
        ProcessHandle jvm = terminal.jvm();
        jvm.parent().orElseThrow().destroy();

        terminal.await("left with 143\n");
        jvm.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
