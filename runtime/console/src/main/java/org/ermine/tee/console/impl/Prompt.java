// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.util.OptionalInt;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Terminal;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * A shell on the terminal, and the next one where one fails. Ends when the user ends the shell; with an error when
 * shells fail again and again, as a terminal without a prompt is worse than none.
 */
final class Prompt implements Task {

    private static final int MOST_FAILURES = 10;
    private static final int ENDED = 0;
    private static final int FAILED = 1;

    private final CommandProcessor processor;
    private final Terminal terminal;
    private final String home;
    private volatile Shell shell;
    private volatile boolean stopped;

    /** @param home the folder with the profile that each shell begins with, in {@code etc} */
    Prompt(CommandProcessor processor, Terminal terminal, String home) {
        this.processor = processor;
        this.terminal = terminal;
        this.home = home;
    }

    @Override
    public OptionalInt run() {
        for (int failures = 0; failures < MOST_FAILURES; failures++) {
            boolean ended = runShell();
            if (stopped || !isTerminalOpen()) {
                return OptionalInt.empty();
            }
            if (ended) {
                return OptionalInt.of(ENDED);
            }
        }
        tell("The shell has failed " + MOST_FAILURES + " times. Ermine ends.");
        return OptionalInt.of(FAILED);
    }

    /** Gogo closes its terminal when it is stopped, for example to be updated, and opens another one afterwards. */
    private static boolean isTerminalOpen() {
        return FrameworkUtil.getBundle(Shell.class).getState() == Bundle.ACTIVE;
    }

    @Override
    public void stop() {
        stopped = true;
        Shell running = shell;
        if (running != null) {
            running.stop();
        }
    }

    /** Whether it ended because its user wanted that. */
    private boolean runShell() {
        try (CommandSession session = processor.createSession(terminal.input(), terminal.output(), terminal.output())) {
            session.put(Shell.VAR_TERMINAL, terminal);
            shell = new Shell(context(), processor);
            if (!stopped) {
                shell.gosh(session, new String[] {"--login", "--noshutdown"});
            }
            return true;
        } catch (Throwable e) {
            if (!stopped && isTerminalOpen()) {
                tell("The shell has failed; this is another one. The failure was " + e + place(e));
            }
            return false;
        }
    }

    private static String place(Throwable problem) {
        StackTraceElement[] trace = problem.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private void tell(String sentence) {
        terminal.writer().println();
        terminal.writer().println("ermine: " + sentence);
        terminal.flush();
    }

    private Shell.Context context() {
        return new Shell.Context() {
            @Override
            public String getProperty(String name) {
                return "gosh.home".equals(name) ? home : System.getProperty(name);
            }

            /** Nobody calls it in a shell that is told not to end the framework. */
            @Override
            public void exit() {
                Prompt.this.stop();
            }
        };
    }
}
