// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.apache.felix.service.command.Process;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;

/**
 * What Ctrl-C does while a command runs on a terminal: it interrupts the thread of the command, which then tells what
 * has become of it, as after any other failure. The way of shells would interrupt whoever waits for the command as
 * well, and print the name of that exception before the command has come to its end. A second Ctrl-C goes that way, for
 * a command that does not end.
 *
 * <p>Thread-safe; {@code this} guards whether the command has ended.
 */
final class ControlC implements AutoCloseable {

    /** Session variable: the terminal of an interactive session. */
    private static final String TERMINAL = ".terminal";

    private static final int STANDARD_OUTPUT = 1;

    private final Terminal terminal;
    private final Thread command = Thread.currentThread();
    /** The shell's, which is there again when the command has ended. */
    private SignalHandler before;

    private boolean interrupted;
    private boolean ended;

    private ControlC(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Whether the calling thread carries out a command in the foreground of a terminal of which this bundle knows. */
    static boolean isFor(CommandSession session) {
        Process process = Process.Utils.current();
        return process != null
                && process.isTty(STANDARD_OUTPUT)
                && process.job().status() == Job.Status.Foreground
                && isTerminal(session.get(TERMINAL));
    }

    /** The package of terminals is imported optionally: where it is not there, neither is one that could be handled. */
    private static boolean isTerminal(Object terminal) {
        try {
            return ControlC.class
                    .getClassLoader()
                    .loadClass("org.jline.terminal.Terminal")
                    .isInstance(terminal);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** From now on it interrupts the calling thread. */
    static ControlC interrupting(CommandSession session) {
        return interrupting((Terminal) session.get(TERMINAL));
    }

    static ControlC interrupting(Terminal terminal) {
        ControlC controlC = new ControlC(terminal);
        synchronized (controlC) {
            controlC.before = terminal.handle(Signal.INT, controlC::pressed);
        }
        return controlC;
    }

    private void pressed(Signal signal) {
        if (!interrupt()) {
            before().handle(signal);
        }
    }

    private synchronized boolean interrupt() {
        boolean first = !ended && !interrupted;
        if (first) {
            interrupted = true;
            command.interrupt();
        }
        return first;
    }

    private synchronized SignalHandler before() {
        return before;
    }

    /** For the thread of the command, which is as if it had not been interrupted by this. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            if (interrupted) {
                Thread.interrupted();
            }
        }
        terminal.handle(Signal.INT, before());
    }
}
