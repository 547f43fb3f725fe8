// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.PrintStream;
import java.lang.management.ThreadInfo;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** Looks for requests that hang, and shows what every thread does and in which state Ermine is when it finds one. */
final class Guard implements AutoCloseable {

    /** More than all limits that a request can run into, one after the other. */
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(45);

    private final Ledger ledger;
    private final Platform platform;
    private final PrintStream out;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "chaos-guard");
        thread.setDaemon(true);
        return thread;
    });

    Guard(Ledger ledger, Platform platform, PrintStream out) {
        this.ledger = ledger;
        this.platform = platform;
        this.out = out;
        clock.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        if (ledger.findHung(BOUND_NANOS) > 0) {
            show("a request hangs");
        }
    }

    /** Shows everything; the threads first, since the rest may hang as well. */
    void show(String why) {
        out.println("==== " + why);
        for (ThreadInfo info : Stacks.withLocks()) {
            out.println("\"" + info.getThreadName() + "\" " + info.getThreadState() + " on " + info.getLockInfo()
                    + " of " + info.getLockOwnerName());
            for (StackTraceElement frame : info.getStackTrace()) {
                out.println("    " + frame);
            }
        }
        out.println(platform.inspection().state());
        out.flush();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
