// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.io.PrintStream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;

/**
 * Where a command writes.
 *
 * @param out the terminal, a pipe or a file
 * @param terminal whether {@code out} is a terminal on which a line can be written over
 */
record Console(PrintStream out, boolean terminal) {

    private static final int STANDARD_OUTPUT = 1;
    /** Session variable: the type of the terminal, if there is one. */
    private static final String TERMINAL_TYPE = "TERM";

    /**
     * The console of the command that the calling thread carries out. On a terminal that is the session's stream: the
     * process's is a channel, and one that an interrupted thread writes to closes, and the session's output with it.
     */
    static Console of(CommandSession session) {
        Process process = Process.Utils.current();
        if (process == null) {
            return new Console(session.getConsole(), false);
        }
        return process.isTty(STANDARD_OUTPUT)
                ? new Console(session.getConsole(), canRewrite(session))
                : new Console(process.out(), false);
    }

    /** Prints a table, or a sentence in its place if it has no rows. */
    void print(Table table, String ifEmpty) {
        if (table.isEmpty()) {
            out.println(ifEmpty);
        } else {
            table.print(out);
        }
    }

    private static boolean canRewrite(CommandSession session) {
        Object type = session.get(TERMINAL_TYPE);
        return type != null && !type.toString().startsWith("dumb");
    }
}
