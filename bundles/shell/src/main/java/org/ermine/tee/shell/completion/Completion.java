// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teaches each interactive session of Gogo to complete our commands; {@link KarafCompletion} is for Karaf's console.
 * Gogo's line editor keeps what it completes in the session, and the only way in is the command {@code complete}. So it
 * is run before the first command line of a session, which is the one that reads the profile, and again before the next
 * one when commands have come or gone. What stands in the session is text: nothing of this bundle is held when it goes.
 * Candidates come from a command whose leading underscores hide it in that line editor; it is there while that is, as
 * other shells would show it. {@link GogoCompletion} sees to that.
 */
public final class Completion implements CommandSessionListener {

    /** The name of the hidden command. */
    static final String COMMAND = "__candidates";

    /** A command of Gogo: names of files. */
    private static final String FILES = "__files";

    /** Session variable of the line editor; a session without it cannot complete. */
    private static final String COMPLETIONS = ".completions";
    /** Session variable: the line that is being completed. */
    private static final String LINE = ".commandLine";
    /** Session variable: which instance of this class taught the session. */
    private static final String TAUGHT_BY = ".tee.completions";
    /** Session variable, there while an instance teaches: what it runs is a command line to every listener, too. */
    private static final String TEACHING = ".tee.teaching";

    private static final Logger LOG = LoggerFactory.getLogger(Completion.class);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final String id = UUID.randomUUID().toString();
    private final Map<String, Candidates> candidates = new HashMap<>();
    private final String script;

    Completion(List<Commands> commands) {
        StringBuilder text = new StringBuilder();
        for (Commands each : commands) {
            each.candidates().forEach((name, operands) -> {
                candidates.put(name, operands);
                text.append(CommandUsage.of(each.getClass(), name).completion(command(name, operands)));
            });
        }
        script = text.toString();
    }

    private static String command(String name, Candidates operands) {
        return operands.areAny() ? "tee:" + COMMAND + " " + name : "";
    }

    /** Candidates for the word that is being completed in that session, behind the command {@code name}. */
    public Object __candidates(CommandSession session, String name) throws Exception {
        Candidates known = candidates.get(name);
        if (known == null) {
            return List.of();
        }
        Object line = session.get(LINE);
        List<String> before = line == null ? List.of() : TypedWords.before(line);
        return known.areFiles(before) ? session.execute(FILES) : known.list(before);
    }

    @Override
    public void beforeExecute(CommandSession session, CharSequence commandLine) {
        if (session.get(COMPLETIONS) == null || session.get(TEACHING) != null || id.equals(session.get(TAUGHT_BY))) {
            return;
        }
        session.put(TEACHING, id);
        session.put(TAUGHT_BY, id);
        try {
            session.execute(script);
        } catch (Exception e) {
            problems.tell("session", () -> "A shell session does not complete the commands of scope tee: " + e);
        } finally {
            session.put(TEACHING, null);
        }
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Exception exception) {}

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Object result) {}
}
