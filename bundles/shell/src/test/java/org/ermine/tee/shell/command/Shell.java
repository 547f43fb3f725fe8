// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;

/** Gogo as it runs in a framework, without one: what is typed, and what is printed. */
public final class Shell implements AutoCloseable {

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl processor;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CommandSession session;

    public Shell(Commands... commands) {
        threadIo.start();
        processor = new CommandProcessorImpl(threadIo);
        session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, out);
        session.put("COLUMNS", "200");
        for (Commands each : commands) {
            each.candidates().keySet().forEach(name -> processor.addCommand("tee", each, name));
        }
    }

    public void add(String scope, Object target, String function) {
        processor.addCommand(scope, target, function);
    }

    public void add(CommandSessionListener listener) {
        processor.addListener(listener);
    }

    public void remove(CommandSessionListener listener) {
        processor.removeListener(listener);
    }

    public CommandSession session() {
        return session;
    }

    public void changeTo(Path folder) {
        session.currentDir(folder);
    }

    /** Runs a command line and returns what it printed. */
    public String type(String commandLine) throws Exception {
        out.reset();
        session.execute(commandLine);
        return printed();
    }

    /** The refusal of a command line, as a console shows it. */
    public String refusal(String commandLine) {
        return assertThrows(CommandException.class, () -> type(commandLine)).toString();
    }

    /** What has been printed since the last command line was begun. */
    public String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        session.close();
        processor.stop();
        threadIo.stop();
    }
}
