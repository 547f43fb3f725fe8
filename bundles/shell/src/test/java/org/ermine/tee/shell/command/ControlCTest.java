// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControlCTest {

    private final AtomicInteger heardByShell = new AtomicInteger();
    private Terminal terminal;

    @BeforeEach
    void open() throws Exception {
        terminal = new DumbTerminal(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream());
        terminal.handle(Signal.INT, signal -> heardByShell.incrementAndGet());
    }

    @AfterEach
    void close() throws Exception {
        Thread.interrupted();
        terminal.close();
    }

    @Test
    @DisplayName("given a command that runs, when Ctrl-C is pressed, then the command is interrupted, and nobody else")
    void interruptsTheCommand() {
        try (ControlC controlC = ControlC.interrupting(terminal)) {
            terminal.raise(Signal.INT);
            assertTrue(Thread.currentThread().isInterrupted(), controlC::toString);
            assertEquals(0, heardByShell.get());
        }
        assertFalse(Thread.currentThread().isInterrupted(), "what comes behind the command");
    }

    @Test
    @DisplayName("given a command that does not end, when Ctrl-C is pressed again, then the shell hears it")
    void theSecondTimeTheShellHearsIt() {
        try (ControlC controlC = ControlC.interrupting(terminal)) {
            terminal.raise(Signal.INT);
            terminal.raise(Signal.INT);
            assertEquals(1, heardByShell.get(), controlC::toString);
        }
    }

    @Test
    @DisplayName("given a command that has ended, when Ctrl-C is pressed, then the shell hears it, and no thread else")
    void afterTheEndTheShellHearsIt() {
        ControlC.interrupting(terminal).close();
        terminal.raise(Signal.INT);
        assertEquals(1, heardByShell.get());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    @DisplayName("given two commands of one line that end crosswise, when Ctrl-C is pressed, then the shell hears it")
    void crosswise() {
        ControlC first = ControlC.interrupting(terminal);
        ControlC second = ControlC.interrupting(terminal);
        first.close();
        second.close();
        terminal.raise(Signal.INT);
        assertEquals(1, heardByShell.get());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
