// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Takes what is logged from standard error, as long as it is open. */
final class CapturedLog implements AutoCloseable {

    private final PrintStream console = System.err;
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

    CapturedLog() {
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    }

    /**
     * The warnings of Ermine, but for the one that the emulator protects nothing. The framework prints the stack traces
     * of listeners that throw: those are none.
     */
    List<String> warnings() {
        return captured.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" org.ermine.")
                        && !line.startsWith("\tat ")
                        && !line.contains("protects nothing"))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(console);
    }
}
