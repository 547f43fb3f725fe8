// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import static org.ermine.tee.shell.completion.TypedShell.ENTER;
import static org.ermine.tee.shell.completion.TypedShell.TAB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.Commands;
import org.jline.reader.impl.LineReaderImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are pressed at Gogo's prompt, with its own line reader, parser and interpreter behind it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LineEditorTest {

    /** Each of them alone in its list, so that a TAB writes all of it. */
    private static final List<String> NAMES = List.of(
            "a letter to somebody",
            " blank",
            "blank ",
            "it's",
            "'quoted'",
            "\"quoted\"",
            "both ' and \"",
            "$HOME",
            "a$(date)",
            "${HOME}",
            "two\nlines",
            "a\ttab",
            "carriage\rreturn",
            "\u001b[2J",
            "turned \u202e round",
            "機密 書類",
            "😀 and 😀",
            "e\u0301",
            "~",
            "~/x",
            "//comment",
            "/*comment*/",
            "#comment",
            "a#b",
            "{a,b}",
            "{1..3}",
            "[ab]",
            "*.txt",
            "a?b",
            "a;b|c&d",
            "a>b<c",
            "2>&1",
            "%(1+1)",
            "!!",
            "!x",
            "^a^b",
            "a=b",
            "=b",
            "\\",
            "a\\nb",
            "\\u0041",
            "null",
            "true",
            "007",
            "1.00",
            "1d",
            " 1",
            "NaN",
            "Infinity",
            "0x1p3",
            "`date`",
            "name@host:folder/file,v+1");

    @TempDir
    Path temp;

    private final Names names = new Names();
    private final LineEditors editors = new LineEditors();
    private TypedShell shell;

    /** What completion offers behind {@code tee:take}. */
    public static final class Names implements Commands {

        private volatile List<String> offered = List.of();

        @Descriptor("takes names")
        public void take(CommandSession session, @Descriptor("NAME...  the names") String[] arguments) {}

        @Override
        public Map<String, Candidates> candidates() {
            return Map.of("take", Candidates.of(() -> offered));
        }
    }

    /** As above, for files. */
    public static final class FileNames implements Commands {

        @Descriptor("takes files")
        public void take(CommandSession session, @Descriptor("FILE...  the files") String[] arguments) {}

        @Override
        public Map<String, Candidates> candidates() {
            return Map.of("take", Candidates.FILES);
        }
    }

    @BeforeEach
    void open() throws Exception {
        shell = new TypedShell(temp);
    }

    @AfterEach
    void close() throws Exception {
        shell.close();
    }

    private void start(Commands commands) {
        Completion completion = new Completion(List.of(commands));
        shell.add("tee", completion, Completion.COMMAND);
        shell.add(editors);
        shell.add(completion);
        shell.start();
    }

    private void assertTakes(String name, String typed) throws Exception {
        assertEquals(List.of(name), shell.taken(typed), typed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'", "\""})
    @DisplayName(
            "given a name of any characters, when TAB is pressed behind a quotation mark or none, then that is taken")
    void writesEachNameSoThatItIsTaken(String begun) throws Exception {
        start(names);
        List<String> all = new ArrayList<>(NAMES);
        IntStream.range(' ', 0x7f).mapToObj(Character::toString).forEach(each -> {
            all.add(each + "b");
            all.add("a" + each + "b");
            all.add("ab" + each);
        });
        for (String name : all) {
            if (name.startsWith("-")) {
                continue;
            }
            names.offered = List.of(name);
            shell.type("tee:take " + begun + TAB + ENTER);
            assertTakes(name, name);
        }
    }

    @Test
    @DisplayName("given names that begin alike, when the user goes on by hand, then the rest is completed")
    void goesOnBehindACommonBeginning() throws Exception {
        start(names);
        names.offered = List.of("it's $1 for you", "it's $2 for me");
        for (String begun : List.of("", "'", "\"", "it", "it\\'s", "\"it's\"")) {
            shell.type("tee:take " + begun + TAB + "2" + TAB + ENTER);
            assertTakes("it's $2 for me", begun);
        }
    }

    @Test
    @DisplayName("given names with blanks, when one is chosen from the menu, then it is what is taken")
    void choosesFromAMenu() throws Exception {
        start(names);
        names.offered = List.of("a letter", "a list");
        for (String begun : List.of("", "'", "\"")) {
            shell.type("tee:take " + begun + TAB + TAB + TAB + ENTER + ENTER);
            assertTakes("a list", begun);
        }
    }

    @Test
    @DisplayName("given files and folders with blanks and marks, when TAB is pressed, then the path is taken")
    void writesThePathsOfFiles() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("my $folder (1)"));
        Files.createFile(folder.resolve("it's 機密\nand more.txt"));
        start(new FileNames());

        shell.type("tee:take my" + TAB + "it" + TAB + ENTER);

        assertTakes("my $folder (1)/it's 機密\nand more.txt", "");
    }

    static Stream<String> noCommandLines() {
        return Stream.of(")", "}", "echo )", "a = ]", "echo \\u00zz", "echo }", "tee:take )");
    }

    @Test
    @DisplayName("given what is no command line, when Enter is pressed, then the shell goes on")
    void goesOnBehindWhatIsNoCommandLine() throws Exception {
        start(names);
        for (String line : noCommandLines().toList()) {
            shell.type(line + ENTER + "tee:take on" + ENTER);
            assertTakes("on", line);
        }
    }

    @Test
    @DisplayName("given any line, when TAB is pressed anywhere in it, then the shell goes on")
    void goesOnBehindATabAnywhere() throws Exception {
        start(names);
        names.offered = List.of("it's", "it is");
        for (String line :
                List.of("tee:take ${", "$(tee:take ", "{ tee:take ", "tee:take \"a\\", "tee:take %(", "<<")) {
            shell.type(line + TAB + "\u0015" + "tee:take on" + ENTER);
            assertTakes("on", line);
        }
    }

    @Test
    @DisplayName("given the end of the input, then the shell stops the framework as before")
    void endsWithTheInput() throws Exception {
        start(names);
        shell.type("tee:take on" + ENTER);
        assertTakes("on", "");

        shell.type("\u0004");

        assertTrue(shell.stops());
    }

    @Test
    @DisplayName("given a session with our line editor, when the bundle goes, then Gogo's own is there again")
    void givesBackWhatWasThere() throws Exception {
        start(names);
        shell.type("tee:take on" + ENTER);
        assertTakes("on", "");
        LineReaderImpl reader = (LineReaderImpl) shell.reader();
        assertTrue(reader.getParser() instanceof LineEditor);

        shell.remove(editors);
        editors.deactivate();

        assertFalse(reader.getParser() instanceof LineEditor);
        assertFalse(reader.getCompleter() instanceof LineEditor);
        assertFalse(reader.getExpander() instanceof LineEditor);
        shell.type("tee:take off" + ENTER);
        assertTakes("off", "");
        assertFalse(reader.getParser() instanceof LineEditor);
    }
}
