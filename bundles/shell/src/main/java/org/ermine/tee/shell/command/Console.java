// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.io.PrintStream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;
import org.ermine.tee.shell.text.BrokenText;
import org.ermine.tee.shell.text.Table;

/**
 * Where a command writes.
 *
 * @param out the terminal, a pipe or a file
 * @param terminal whether {@code out} is a terminal on which a line can be written over
 * @param width of a line, in characters, as the session variable {@code COLUMNS} says; without it 80 on a terminal, and
 *     as much as a line takes in a pipe or a file
 */
public record Console(PrintStream out, boolean terminal, int width) {

    static final int USUAL_WIDTH = 80;

    static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int NARROWEST = 40;
    private static final int STANDARD_OUTPUT = 1;
    /** Session variable: the type of the terminal, if there is one. */
    private static final String TERMINAL_TYPE = "TERM";
    /** Session variable: how wide lines may be. */
    private static final String WIDTH = "COLUMNS";

    /**
     * The console of the command that the calling thread carries out. On a terminal that is the session's stream: the
     * process's is a channel, and one that an interrupted thread writes to closes, and the session's output with it.
     */
    static Console of(CommandSession session) {
        Process process = Process.Utils.current();
        if (process == null) {
            return new Console(session.getConsole(), false, width(session, UNLIMITED));
        }
        return process.isTty(STANDARD_OUTPUT)
                ? new Console(session.getConsole(), canRewrite(session), width(session, USUAL_WIDTH))
                : new Console(process.out(), false, width(session, UNLIMITED));
    }

    private static int width(CommandSession session, int otherwise) {
        Object width = session.get(WIDTH);
        return width != null && width.toString().matches("\\d{1,4}")
                ? Math.max(NARROWEST, Integer.parseInt(width.toString()))
                : otherwise;
    }

    /** Prints a sentence, in as many lines as it takes. */
    public void say(String sentence) {
        BrokenText.lines(sentence, width).forEach(out::println);
    }

    /** Prints what is put under a title of its own. */
    public void title(String title) {
        out.println();
        say(title);
    }

    /** Prints a table, or a sentence in its place if it has no rows; and how many rows are left out, if any are. */
    public void print(Table table, String ifEmpty) {
        if (table.isEmpty()) {
            say(ifEmpty);
            return;
        }
        table.print(out, width);
        if (table.leftOut() > 0) {
            say("and " + table.leftOut() + " more; " + Call.ALL + " shows them");
        }
    }

    private static boolean canRewrite(CommandSession session) {
        Object type = session.get(TERMINAL_TYPE);
        return type != null && !type.toString().startsWith("dumb");
    }
}
