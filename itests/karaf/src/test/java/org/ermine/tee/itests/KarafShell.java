// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.support.completers.CommandsCompleter;

/** Karaf's console, and a user at its keyboard. */
final class KarafShell {

    private final SessionFactory console;
    private final Subject user = new Subject();

    /** With an administrator. */
    KarafShell(SessionFactory console) {
        this(console, "viewer", "manager", "admin", "systembundles");
    }

    KarafShell(SessionFactory console, String... roles) {
        this.console = console;
        for (String role : roles) {
            user.getPrincipals().add(new RolePrincipal(role));
        }
    }

    /** Runs a command line and returns what it printed. */
    String run(String line) throws Exception {
        return run(List.of(line));
    }

    /** Runs command lines one after the other, as at one console, and returns what they printed. */
    String run(List<String> lines) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream screen = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Session session = console.create(InputStream.nullInputStream(), screen, screen);
        try {
            for (String line : lines) {
                asUser(() -> session.execute(line));
            }
        } finally {
            session.close();
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** What an interactive session offers when the tabulator is pressed at the end of a line. */
    List<String> complete(String line) throws Exception {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Session session = console.create(InputStream.nullInputStream(), nowhere, nowhere, null, "UTF-8", () -> {});
        try {
            List<Candidate> candidates = new ArrayList<>();
            asUser(() -> {
                session.getRegistry()
                        .getService(CommandsCompleter.class)
                        .completeCandidates(session, new CursorAtTheEnd(line), candidates);
                return null;
            });
            return candidates.stream().map(Candidate::value).sorted().toList();
        } finally {
            session.close();
        }
    }

    /** Whether the user may run a command: by its help, which does no harm. */
    boolean mayRun(String command) throws Exception {
        try {
            run(command + " --help");
            return true;
        } catch (SecurityException e) {
            return false;
        } catch (Exception e) {
            // Of the command interpreter's own type, which is not exported: to those who may not run a command it is
            // not there.
            if (("Command not found: " + command).equals(e.getMessage())) {
                return false;
            }
            throw e;
        }
    }

    /** On a thread of its own, as each console has one: by the thread, Karaf remembers what its user may see. */
    private void asUser(PrivilegedExceptionAction<Object> action) throws Exception {
        FutureTask<Object> keyboard = new FutureTask<>(() -> Subject.doAs(user, action));
        new Thread(keyboard, "console of " + user.getPrincipals()).start();
        try {
            keyboard.get();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private static Exception thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof PrivilegedActionException failed ? failed.getException() : (Exception) cause;
    }

    /** A line without quotes. */
    private record CursorAtTheEnd(String line) implements CommandLine {

        @Override
        public String[] getArguments() {
            return line.split(" ", -1);
        }

        @Override
        public int getCursorArgumentIndex() {
            return getArguments().length - 1;
        }

        @Override
        public String getCursorArgument() {
            return getArguments()[getCursorArgumentIndex()];
        }

        @Override
        public int getArgumentPosition() {
            return getCursorArgument().length();
        }

        @Override
        public int getBufferPosition() {
            return line.length();
        }

        @Override
        public String getBuffer() {
            return line;
        }
    }
}
