// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/** The commands of the start script's user, or those on the standard input. Ctrl-C interrupts the one that runs. */
final class ScriptTask implements Task {

    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private static final InputStream NOTHING = new ByteArrayInputStream(new byte[0]);

    private final CommandProcessor processor;
    private final Terminal terminal;
    private final Settings settings;
    private volatile boolean stopped;
    private volatile boolean interrupted;

    ScriptTask(CommandProcessor processor, Terminal terminal, Settings settings) {
        this.processor = processor;
        this.terminal = terminal;
        this.settings = settings;
    }

    @Override
    public OptionalInt run() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        InputStream in = settings.readsInput() ? NOTHING : terminal.input();
        int code = FAILED;
        try (CommandSession session = processor.createSession(in, out, err)) {
            session.put(Shell.VAR_TERMINAL, terminal);
            session.put(Shell.VAR_SCOPE, "gogo:*");
            session.put("COLUMNS", settings.columns());
            terminal.handle(Signal.INT, signal -> interrupt(session));
            code = run(new Script(session, out, err));
        } catch (IOException e) {
            err.println("ermine: the commands cannot be read: " + e.getMessage());
        }
        return stopped ? OptionalInt.empty() : OptionalInt.of(interrupted ? INTERRUPTED : code);
    }

    private int run(Script script) throws IOException {
        if (!settings.readsInput()) {
            return script.runUntilOneFails(settings.commands().iterator());
        }
        // A channel, since that can be interrupted.
        try (FileInputStream input = new FileInputStream(FileDescriptor.in);
                BufferedReader lines =
                        new BufferedReader(Channels.newReader(input.getChannel(), StandardCharsets.UTF_8))) {
            return script.runAll(lines);
        }
    }

    private void interrupt(CommandSession session) {
        interrupted = true;
        Job job = session.foregroundJob();
        if (job != null) {
            job.interrupt();
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }
}
