// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.start;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell before a terminal of the system, 80 columns wide, whose keys a test presses. The {@code script} of util-linux
 * opens it. Each wait is for something that stands there, and begins behind what the last one found.
 */
final class PseudoTerminal {

    private static final long LIMIT_SECONDS = 120;

    /** What moves the cursor, changes colours, and the like. */
    private static final Pattern CONTROL =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007]*\u0007|[()][A-Z0-9]|[=>78])");

    private final Process process;
    private final OutputStream keys;
    private final Thread reader = new Thread(this::read, "terminal");
    /** All that stands there, guarded by itself. */
    private final StringBuilder screen = new StringBuilder();
    /** Behind what was found last, in the text without control sequences. */
    private int found;
    /** Whether the shell has ended; guarded by the screen. */
    private boolean ended;

    /**
     * The shell waits for a line when it has carried out the commands: script loses what it has not passed on when its
     * shell ends.
     *
     * @param commands for the shell
     */
    PseudoTerminal(ProcessBuilder builder, String commands) throws IOException {
        String all = "stty rows 24 columns 80; " + commands + "; read line";
        process = builder.command(List.of("script", "-qec", all, "/dev/null"))
                .redirectErrorStream(true)
                .start();
        keys = process.getOutputStream();
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        char[] some = new char[1024];
        try (Reader output = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int count; (count = output.read(some)) >= 0; ) {
                synchronized (screen) {
                    screen.append(some, 0, count);
                    screen.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (screen) {
                screen.append(e);
            }
        }
        synchronized (screen) {
            ended = true;
            screen.notifyAll();
        }
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Waits until that stands behind what was found last. */
    void await(String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        synchronized (screen) {
            for (int at; (at = text().indexOf(text, found)) < 0 || !advance(at + text.length()); ) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (ended || left <= 0) {
                    fail("'" + text + "' does not come behind '" + text().substring(0, found) + "', but '"
                            + text().substring(found) + "'");
                }
                screen.wait(left);
            }
        }
    }

    private boolean advance(int position) {
        found = position;
        return true;
    }

    /** What stands there, without control sequences. */
    String text() {
        synchronized (screen) {
            Matcher controls = CONTROL.matcher(screen);
            return controls.replaceAll("").replace("\r", "");
        }
    }

    /** The JVM that was started in it. */
    ProcessHandle jvm() {
        return process.descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    }
}
