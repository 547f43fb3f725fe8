// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Map;
import org.ermine.tee.itests.chaos.ledger.Fault;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** What a run came to, for people. */
final class Report {

    private static final int MEDIAN = 50;
    private static final int ALMOST_ALL = 99;

    private final Ledger ledger;
    private final Tally tally;
    private final int classLoaders;

    /** @param classLoaders how many were replaced in the course of the run */
    Report(Ledger ledger, Tally tally, int classLoaders) {
        this.ledger = ledger;
        this.tally = tally;
        this.classLoaders = classLoaders;
    }

    void print(PrintStream out) {
        out.println("Actions");
        tally.counts().forEach((action, count) -> line(out, action.words(), count));
        line(out, "handlers that replaced themselves in a call", ledger.reregistrations());
        out.println("Swaps");
        line(out, "handlers swapped", swaps());
        out.printf(
                "  %-60s %10.1f ms%n",
                "update to first call of the new handler, median", tally.takeOverNanos(MEDIAN) / 1e6);
        out.printf("  %-60s %10.1f ms%n", "the same, 99 %", tally.takeOverNanos(ALMOST_ALL) / 1e6);
        out.println("Requests");
        line(out, "made", ledger.begun());
        ledger.answered().forEach((kind, count) -> line(out, "answered: " + kind, count));
        ledger.refused().forEach((cause, count) -> line(out, "refused: " + cause, count));
        out.println("Hostile code called meanwhile");
        ledger.hostilities().forEach((kind, count) -> line(out, kind, count));
        out.println("Faults");
        Map<Fault, Long> faults = ledger.faults();
        for (Fault fault : Fault.values()) {
            line(out, fault.words(), faults.getOrDefault(fault, 0L));
        }
        line(out, "(class loaders replaced and looked for)", classLoaders);
        ledger.told().forEach(text -> out.println("  " + text));
    }

    long swaps() {
        return tally.swaps() + ledger.reregistrations();
    }

    /** Whether there was no fault. */
    boolean isGood() {
        return ledger.faults().isEmpty();
    }

    Map<Fault, Long> faults() {
        return ledger.faults();
    }

    Collection<String> told() {
        return ledger.told();
    }

    private static void line(PrintStream out, String what, long count) {
        out.printf("  %-60s %10d%n", what, count);
    }
}
