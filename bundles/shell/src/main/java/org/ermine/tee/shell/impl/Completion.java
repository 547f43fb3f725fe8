// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.util.List;
import java.util.UUID;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teaches each interactive session of Gogo to complete our commands; {@link KarafCompletion} is for Karaf's console. Gogo's
 * line editor keeps what it completes in the session, and the only way in is the command {@code complete}. So it is run before the first command line of
 * a session, which is the one that reads the profile, and again before the next one when commands have come or gone. What
 * stands in the session is text. Candidates come from commands that two leading underscores hide: nothing of this bundle is
 * held when it goes.
 */
@Component(service = CommandSessionListener.class)
public final class Completion implements CommandSessionListener {

    /** Session variable of the line editor; a session without it cannot complete. */
    private static final String COMPLETIONS = ".completions";
    /** Session variable: which instance of this class taught the session. */
    private static final String TAUGHT_BY = ".tee.completions";
    /** Session variable, there while an instance teaches: what it runs is a command line to every listener, too. */
    private static final String TEACHING = ".tee.teaching";

    private static final Logger LOG = LoggerFactory.getLogger(Completion.class);

    private final String id = UUID.randomUUID().toString();
    private final String script;

    /** A new instance for each change among the commands. */
    @Activate
    public Completion(@Reference(policyOption = ReferencePolicyOption.GREEDY) List<Commands> commands) {
        StringBuilder text = new StringBuilder();
        for (Commands each : commands) {
            each.candidates()
                    .forEach((name, candidates) ->
                            text.append(Usage.of(each.getClass(), name).completion(candidates)));
        }
        script = text.toString();
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
            LOG.warn("A shell session does not complete the commands of scope tee", e);
        } finally {
            session.put(TEACHING, null);
        }
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Exception exception) {}

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Object result) {}
}
