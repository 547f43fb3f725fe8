// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** This Ermine against an earlier one, at the defaults of each, in turns in one JVM. */
public final class Generations implements Group {

    /** System property: the folder of the earlier one. */
    public static final String EARLIER = "ermine.earlier";

    private static final int COUNT_MILLIS = 20_000;
    private static final long TURN_MILLIS = 50;
    private static final int AT_ONCE = 10;

    /** Whether there is an earlier one. */
    public static boolean areThere() {
        return Files.isDirectory(Path.of(System.getProperty(EARLIER)));
    }

    @Override
    public void measure(Stage stage) throws Exception {
        try (Isolated earlier = Isolated.generation(Path.of(System.getProperty(EARLIER)));
                Isolated now = Isolated.variant(Set.of(), Map.of())) {
            stage.report(
                    Case.QUEUE_EARLIER.name(),
                    timesAsLong(
                            now.work(IsolatedWorks.QUEUE),
                            earlier.work(IsolatedWorks.QUEUE),
                            stage.plan().of(COUNT_MILLIS)));
            stage.compare(
                    Case.DIRECT_EARLIER.means(side(now, IsolatedWorks.DIRECT), side(earlier, IsolatedWorks.DIRECT)),
                    Case.CALLING_THREAD_EARLIER.means(
                            side(now, IsolatedWorks.CALLING_THREAD), side(earlier, IsolatedWorks.CALLING_THREAD)));
        }
    }

    private static Side side(Isolated ermine, String work) {
        return Side.together(Direct.SLICE_MICROS, ermine.work(work));
    }

    /** From the first operation on, so that the warm-up counts: how many times as long one takes on average. */
    private static double timesAsLong(Work subject, Work floor, long millis) throws Exception {
        long end = System.nanoTime() + millis * 1_000_000;
        long subjects = 0;
        long floors = 0;
        while (System.nanoTime() < end) {
            subjects += countInATurn(subject);
            floors += countInATurn(floor);
        }
        return (double) floors / subjects;
    }

    private static long countInATurn(Work work) throws Exception {
        long end = System.nanoTime() + TURN_MILLIS * 1_000_000;
        long count = 0;
        while (System.nanoTime() < end) {
            work.run(AT_ONCE);
            count += AT_ONCE;
        }
        return count;
    }
}
