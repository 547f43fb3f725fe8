// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.util.OptionalInt;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Terminal;

/** The command by which Gogo hands over the terminal that it has opened, and the thread that uses it. Thread-safe. */
public final class Console {

    /** The name of the command; the leading underscores hide it in the line editor. */
    static final String COMMAND = "__open";

    private static final long STOP_MILLIS = 5_000;

    private final Settings settings;
    private final FrameworkEnd end;
    private Terminal terminal;
    private Task task;
    private Thread thread;
    private boolean closed;

    Console(Settings settings, FrameworkEnd end) {
        this.settings = settings;
        this.end = end;
    }

    /** For Gogo, once for each terminal. */
    public synchronized void __open(CommandSession session) {
        Terminal opened = Shell.getTerminal(session);
        if (closed || opened == null || opened == terminal) {
            return;
        }
        terminal = opened;
        task = task((CommandProcessor) session.get(Shell.VAR_PROCESSOR));
        Task begun = task;
        thread = new Thread(() -> run(begun), "ermine-console");
        thread.start();
    }

    private Task task(CommandProcessor processor) {
        return settings.isScript()
                ? new ScriptTask(processor, terminal, settings)
                : new Prompt(processor, terminal, settings.home());
    }

    private void run(Task begun) {
        OptionalInt exitCode = begun.run();
        if (exitCode.isPresent() && !isClosed()) {
            end.begin(exitCode.getAsInt());
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Returns when the thread has ended, or does not within a few seconds. */
    void close() throws InterruptedException {
        Thread left;
        synchronized (this) {
            closed = true;
            left = thread;
            if (task != null) {
                task.stop();
            }
        }
        if (left != null) {
            left.interrupt();
            left.join(STOP_MILLIS);
        }
    }
}
