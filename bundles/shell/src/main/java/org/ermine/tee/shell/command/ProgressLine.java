// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;

/**
 * The progress of one transfer, in a single line of a terminal that is written over. Small transfers and outputs that
 * are no terminal get none. Used by the thread that carries out the transfer.
 */
public final class ProgressLine implements AutoCloseable {

    /** Transfers of fewer bytes end before anybody has read a line. */
    static final long SHORTEST = 16L << 20;

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int PERCENT = 100;

    private static final String CUT = "...";

    private final Console console;
    private final PrintStream out;
    private final String name;
    private final LongSupplier clock;
    private final long start;
    private long nextUpdate;
    private int width;

    public ProgressLine(Console console, String name, LongSupplier nanoClock) {
        this.console = console;
        out = console.out();
        this.name = Table.printable(name);
        clock = nanoClock;
        start = clock.getAsLong();
        nextUpdate = start;
    }

    /** Shows that {@code done} of {@code total} bytes are transferred, unless it did a moment ago. */
    public void update(long done, long total) {
        if (!console.terminal() || total < SHORTEST) {
            return;
        }
        long now = clock.getAsLong();
        if (now - nextUpdate < 0) {
            return;
        }
        nextUpdate = now + INTERVAL_NANOS;
        String figures = String.format(
                Locale.ROOT,
                "  %s of %s  %d %%  %s",
                Units.size(done),
                Units.size(total),
                Math.round((double) done / total * PERCENT),
                Units.rate(done, now - start));
        rewrite(fitting(console.width() - 1 - figures.length()) + figures);
    }

    /** The name, or as much of it as there is room for: a line that is broken cannot be written over. */
    private String fitting(int room) {
        int most = Math.max(room, CUT.length());
        return name.codePointCount(0, name.length()) <= most
                ? name
                : name.substring(0, name.offsetByCodePoints(0, most - CUT.length())) + CUT;
    }

    /** Replaces the line by what was done, for example {@code sealed README.md (4.0 KiB, 12 ms)}. */
    public void replaceBy(String what, long bytes) {
        close();
        long millis = (clock.getAsLong() - start) / 1_000_000;
        console.say(Table.printable(what) + " (" + Units.size(bytes) + ", " + Units.span(millis) + ")");
    }

    /** Removes the line. May be called any number of times. */
    @Override
    public void close() {
        if (width > 0) {
            rewrite("");
            out.print('\r');
            out.flush();
        }
    }

    private void rewrite(String line) {
        int length = line.codePointCount(0, line.length());
        out.print('\r' + line + " ".repeat(Math.max(0, width - length)));
        out.flush();
        width = length;
    }
}
