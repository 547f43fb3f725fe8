// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes our commands in Karaf's console. It shows Gogo's commands, but drops what Gogo would complete after their
 * names, and asks for that only commands of its own kind. So one is registered that adds to the candidates for operands
 * and flags of all our commands. Its name is never offered, and it does nothing.
 *
 * <p>{@link KarafConsole} sees to it that this class, which needs Karaf's packages, is loaded where they are.
 */
final class KarafCompletion implements Command, Completer {

    private static final Logger LOG = LoggerFactory.getLogger(KarafCompletion.class);

    private final SessionFactory console;
    private final Map<String, Operands> commands = new HashMap<>();

    /** What may follow the name of a command. */
    private record Operands(String command, List<String> flags, Candidates candidates) {}

    private KarafCompletion(SessionFactory console, List<Commands> commands) {
        this.console = console;
        for (Commands each : commands) {
            each.candidates().forEach((name, candidates) -> {
                Operands operands = new Operands(
                        name, CommandUsage.of(each.getClass(), name).flagNames(), candidates);
                this.commands.put(name, operands);
                this.commands.put(getScope() + ":" + name, operands);
            });
        }
    }

    /**
     * Completes these commands in Karaf's console, until what is returned is closed.
     *
     * @param console a {@link SessionFactory}
     */
    static AutoCloseable register(Object console, List<Commands> commands) {
        KarafCompletion completion = new KarafCompletion((SessionFactory) console, commands);
        completion.console.getRegistry().register(completion);
        return () -> completion.console.getRegistry().unregister(completion);
    }

    @Override
    public void completeCandidates(Session session, CommandLine line, List<Candidate> candidates) {
        Operands operands = line.getCursorArgumentIndex() == 0 ? null : commands.get(line.getArguments()[0]);
        if (operands == null || !isShown(session, operands.command())) {
            return;
        }
        List<String> before = Arrays.asList(line.getArguments()).subList(1, line.getCursorArgumentIndex());
        if (line.getCursorArgument().startsWith("-")) {
            new StringsCompleter(operands.flags(), true).completeCandidates(session, line, candidates);
        } else if (operands.candidates().areFiles(before)) {
            new FileCompleter().completeCandidates(session, line, candidates);
        } else {
            new StringsCompleter(list(operands, before), true).completeCandidates(session, line, candidates);
        }
    }

    /** Nobody is offered operands of a command that he may not run. */
    private boolean isShown(Session session, String command) {
        return session.getRegistry().getCommands().stream()
                .anyMatch(shown ->
                        shown.getScope().equals(getScope()) && shown.getName().equals(command));
    }

    private static List<String> list(Operands operands, List<String> before) {
        try {
            return operands.candidates().list(before);
        } catch (Exception e) {
            LOG.debug("no candidates for {}", operands.command(), e);
            return List.of();
        }
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        throw new UnsupportedOperationException("replaced by completeCandidates");
    }

    @Override
    public Completer getCompleter(boolean scoped) {
        return this;
    }

    @Override
    public String getScope() {
        return "tee";
    }

    @Override
    public String getName() {
        return "__complete";
    }

    @Override
    public String getDescription() {
        return "completes the commands of scope tee";
    }

    @Override
    public Parser getParser() {
        return null;
    }

    @Override
    public Object execute(Session session, List<Object> arguments) {
        return null;
    }
}
