// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.ermine.tee.itests.chaos.Settings.Planted;
import org.ermine.tee.itests.chaos.ledger.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short runs on a real framework: one whose end finds what is planted, and nothing else. */
class ChaosIT {

    private static final int SECONDS = 1;
    private static final Duration LEAK_PATIENCE = Duration.ofSeconds(5);

    @TempDir
    private Path work;

    private Report run(Set<Planted> planted) throws Exception {
        Settings settings =
                new Settings(SECONDS, 0, 1, Path.of(System.getProperty("chaos.bundles")), work, LEAK_PATIENCE, planted);
        Report report = new Run(settings, System.out).execute();
        report.print(new PrintStream(System.out, true));
        return report;
    }

    @Test
    void aContextAndAClassLoaderThatAreKeptAreFound() throws Exception {
        Report report = run(EnumSet.allOf(Planted.class));
        assertEquals(Map.of(Fault.LEAKED, 2L), report.faults(), "the context and the class loader");
        assertTrue(isTold(report, text -> text.contains("in the contexts: context ") && text.contains("inspector")));
        assertTrue(isTold(report, text -> text.contains("of classes: ") && text.contains("client-0")));
    }

    private static boolean isTold(Report report, Predicate<String> what) {
        return report.told().stream().anyMatch(what);
    }
}
