// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Iterator;
import org.apache.felix.gogo.runtime.EOFError;
import org.apache.felix.gogo.runtime.Parser;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Command lines that are carried out in a session, one after the other. */
final class Script {

    private static final int DONE = 0;
    private static final int FAILED = 1;

    private final CommandSession session;
    private final PrintStream out;
    private final PrintStream err;

    Script(CommandSession session, PrintStream out, PrintStream err) {
        this.session = session;
        this.out = out;
        this.err = err;
    }

    /** The exit code. What comes behind a line that fails is not carried out. */
    int runUntilOneFails(Iterator<String> lines) {
        while (lines.hasNext()) {
            if (!run(lines.next())) {
                return FAILED;
            }
        }
        return DONE;
    }

    /**
     * The exit code, which tells whether any command failed. A command may take several lines.
     *
     * @throws IOException the lines cannot be read
     */
    int runAll(BufferedReader lines) throws IOException {
        int code = DONE;
        StringBuilder command = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            command.append(line).append('\n');
            if (isWhole(command)) {
                code = run(command) ? code : FAILED;
                command.setLength(0);
            }
        }
        return command.isEmpty() || run(command) ? code : FAILED;
    }

    private static boolean isWhole(CharSequence command) {
        try {
            new Parser(command).program();
            return true;
        } catch (EOFError e) {
            return false;
        } catch (SyntaxError e) {
            return true;
        }
    }

    private boolean run(CharSequence command) {
        try {
            Object result = session.execute(command);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return true;
        } catch (Throwable e) {
            err.println(e);
            return false;
        } finally {
            out.flush();
        }
    }
}
