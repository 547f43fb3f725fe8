// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** Gogo's interactive shell with its own line editor, on a terminal whose keys the test presses. */
public final class TypedShell {

    static final String TAB = "\t";
    static final String ENTER = "\r";

    private static final long LIMIT_SECONDS = 20;

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl processor = new CommandProcessorImpl(threadIo);
    private final PipedOutputStream keys = new PipedOutputStream();
    private final CountDownLatch stopsFramework = new CountDownLatch(1);
    private final BlockingQueue<List<String>> taken = new LinkedBlockingQueue<>();
    private final Path home;
    private final Shell shell;
    private final Terminal terminal;
    private final CommandSession session;
    private final Thread thread = new Thread(this::run, "shell");
    private volatile Throwable failure;

    /** A command that is given words. */
    public final class Taker {

        public void take(String[] words) {
            taken.add(List.of(words));
        }
    }

    TypedShell(Path home) throws IOException {
        this.home = home;
        shell = new Shell(context(), processor);
        threadIo.start();
        add("tee", new Taker(), "take");
        add("gogo", new Builtin(), "complete", "__files");
        add("gogo", new Procedural(), "throw", "if", "not", "each", "try");
        add("gogo", new Posix(processor), "echo");
        Files.writeString(Files.createDirectories(home.resolve("etc")).resolve("gosh_profile"), "SCOPE = 'gogo:*'\n");
        terminal = new ExternalTerminal(
                "typed",
                "xterm",
                new PipedInputStream(keys, 1 << 16),
                OutputStream.nullOutputStream(),
                StandardCharsets.UTF_8);
        session = processor.createSession(terminal.input(), terminal.output(), terminal.output());
        session.put(Shell.VAR_TERMINAL, terminal);
        session.currentDir(home);
    }

    void add(String scope, Object target, String... functions) {
        for (String function : functions) {
            processor.addCommand(scope, target, function);
        }
    }

    void add(CommandSessionListener listener) {
        processor.addListener(listener);
    }

    void remove(CommandSessionListener listener) {
        processor.removeListener(listener);
    }

    void start() {
        thread.start();
    }

    private Shell.Context context() {
        return new Shell.Context() {
            @Override
            public String getProperty(String name) {
                return "gosh.home".equals(name) ? home.toString() : null;
            }

            @Override
            public void exit() {
                stopsFramework.countDown();
            }
        };
    }

    private void run() {
        try {
            shell.gosh(session, new String[] {"--login", "--nohistory"});
        } catch (Throwable e) {
            failure = e;
        }
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /**
     * The words of the next command line that runs {@code tee:take}.
     *
     * @param typed is told where there is none
     */
    List<String> taken(String typed) throws InterruptedException {
        List<String> words = taken.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(
                words, () -> typed + (thread.isAlive() ? ": nothing was taken" : ": the shell has ended: " + trace()));
        return words;
    }

    private String trace() {
        return failure == null ? "as at the end of the input" : failure + Arrays.toString(failure.getStackTrace());
    }

    /** Whether the framework was to stop, as at the end of the input. */
    boolean stops() throws InterruptedException {
        return stopsFramework.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    LineReader reader() {
        return Shell.getReader(session);
    }

    /** The thread gives back the streams of the JVM when it ends, so that is waited for. */
    void close() throws IOException, InterruptedException {
        shell.stop();
        keys.close();
        terminal.close();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        session.close();
        processor.stop();
        threadIo.stop();
    }
}
