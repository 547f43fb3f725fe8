// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.Shell;
import org.ermine.tee.shell.runtime.RuntimeCommands;
import org.ermine.tee.shell.runtime.State;
import org.jline.builtins.Completers.CompletionData;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class CompletionTest {

    private static final String COMPLETIONS = ".completions";

    private final RuntimeCommands commands =
            new RuntimeCommands(new State().devices(State.device("one", State.context(7, "a", 0))));

    @AutoClose
    private final Shell shell = new Shell(commands);

    private final Map<String, List<CompletionData>> completions = new HashMap<>();

    @Test
    void givenAnInteractiveSessionWhenItsFirstLineRunsThenItCompletesFlagsAndOperands() throws Exception {
        makeInteractive();
        shell.add(new Completion(List.of(commands)));

        shell.type("tee:devices");

        List<CompletionData> objects = completions.get("tee:objects");
        assertTrue(objects.stream().anyMatch(data -> List.of("-a", "--all").equals(data.options)));
        assertTrue(objects.stream().anyMatch(data -> List.of("-h", "--help").equals(data.options)));
        assertTrue(objects.stream().anyMatch(data -> "tee:__candidates objects".equals(data.argument)));
        assertEquals(commands.candidates().keySet(), stripScope());
    }

    @Test
    void eachCommandHasADescriptionInOneLine() throws Exception {
        makeInteractive();
        shell.add(new Completion(List.of(commands)));

        shell.type("tee:devices");

        completions.forEach((name, data) -> assertEquals(
                1,
                data.stream()
                        .filter(each -> each.options == null && each.argument == null)
                        .filter(each -> each.description.lines().count() == 1)
                        .count(),
                name));
    }

    @Test
    void givenADescriptionWithQuotesAndDollarsThenItIsShownAsItIs() throws Exception {
        makeInteractive();
        Quoting quoting = new Quoting();
        shell.add("tee", quoting, "quote");
        shell.add(new Completion(List.of(commands, quoting)));

        shell.type("tee:devices");

        List<String> descriptions = completions.get("tee:quote").stream()
                .map(data -> data.description)
                .filter(Objects::nonNull)
                .toList();
        assertTrue(descriptions.contains(Quoting.COMMAND), descriptions.toString());
        assertTrue(descriptions.contains(Quoting.FLAG), descriptions.toString());
    }

    /** A command that is described in characters of which the shell makes something. */
    public static final class Quoting implements Commands {

        static final String COMMAND = "quotes the shell's \"words\" for $HOME, `~` and C:\\";
        static final String FLAG = "the user's own \"$flag\"";

        @Descriptor(COMMAND)
        public void quote(CommandSession session, @Descriptor("-f  " + FLAG) String[] arguments) {}

        @Override
        public Map<String, Candidates> candidates() {
            return Map.of("quote", Candidates.FILES);
        }
    }

    @Test
    void givenASessionThatWasTaughtWhenTheCommandsChangeThenItIsTaughtAnewWithoutDoubles() throws Exception {
        makeInteractive();
        Completion old = new Completion(List.of(commands));
        shell.add(old);
        shell.type("tee:devices");
        List<CompletionData> before = completions.get("tee:objects");

        shell.remove(old);
        shell.add(new Completion(List.of(commands)));
        shell.type("tee:devices");

        assertNotSame(before, completions.get("tee:objects"));
        assertEquals(before.size(), completions.get("tee:objects").size());
    }

    @Test
    void givenTwoOfThemWhenALineRunsThenNeitherTakesTheTeachingOfTheOtherForALineOfTheUser() throws Exception {
        makeInteractive();
        AtomicInteger taught = new AtomicInteger();
        shell.add(linesStarting("complete", taught));
        shell.add(new Completion(List.of(commands)));
        shell.add(new Completion(List.of(commands)));

        shell.type("tee:devices");

        assertEquals(2, taught.get());
    }

    @Test
    void givenASessionWithoutLineEditorThenItIsLeftAlone() throws Exception {
        shell.add(new Completion(List.of(commands)));

        shell.type("tee:devices");

        assertNull(shell.session().get(".tee.completions"));
    }

    @Test
    void theCandidatesAreTheNamesOfDevicesAndTheIdsOfContexts() throws Exception {
        shell.add("tee", new Completion(List.of(commands)), Completion.COMMAND);

        assertEquals(List.of("one"), shell.session().execute("tee:__candidates contexts"));
        assertEquals(List.of("7"), shell.session().execute("tee:__candidates requests"));
        assertEquals(List.of(), shell.session().execute("tee:__candidates handlers"));
    }

    /** A command whose flag takes a value. */
    public static final class Choosing implements Commands {

        @Descriptor("chooses")
        public void choose(CommandSession session, @Descriptor("-w, --what WHAT  which") String[] arguments) {}

        @Override
        public Map<String, Candidates> candidates() {
            return Map.of("choose", Candidates.FILES.withValues(() -> List.of("this", "that"), "-w", "--what"));
        }
    }

    /** Stands for Gogo's command. */
    public static final class Files {

        public List<String> __files() {
            return List.of("a.txt");
        }
    }

    @ParameterizedTest
    @CsvSource({"--what, 2", "-w, 2", "x, 1", "--other, 1"})
    void theCandidatesForTheValueOfAFlagAreItsOwn(String before, int candidates) throws Exception {
        shell.add("tee", new Completion(List.of(new Choosing())), Completion.COMMAND);
        shell.add("gogo", new Files(), "__files");
        shell.session().put(".commandLine", new DefaultParser().parse("choose " + before + " ", 8 + before.length()));

        assertEquals(candidates, ((List<?>) shell.session().execute("tee:__candidates choose")).size());
    }

    private static CommandSessionListener linesStarting(String command, AtomicInteger count) {
        return new CommandSessionListener() {
            @Override
            public void beforeExecute(CommandSession session, CharSequence commandLine) {
                if (commandLine.toString().startsWith(command)) {
                    count.incrementAndGet();
                }
            }

            @Override
            public void afterExecute(CommandSession session, CharSequence commandLine, Exception exception) {}

            @Override
            public void afterExecute(CommandSession session, CharSequence commandLine, Object result) {}
        };
    }

    private void makeInteractive() {
        shell.add("gogo", new Builtin(), "complete");
        shell.session().put(COMPLETIONS, completions);
    }

    private Set<String> stripScope() {
        return completions.keySet().stream()
                .map(name -> name.substring("tee:".length()))
                .collect(Collectors.toSet());
    }
}
