// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Measures what {@link Bounds} are recorded for, and fails if something became slower. */
public final class Guard {

    private Guard() {}

    /** Arguments: the file with the bounds, the folder for results. Exits with 1 if a bound does not hold. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Bounds bounds = Bounds.read(Path.of(args[0]));
        Benchmarks benchmarks = new Benchmarks(bounds.plan(), Path.of(args[1]), System.nanoTime());
        List<Measurement> measurements = benchmarks.run(Selection.of(bounds.benchmarks()));
        System.out.println(Benchmarks.report(measurements));
        List<String> worse = bounds.judge(measurements);
        worse.forEach(line -> System.out.println("SLOWER: " + line));
        if (!worse.isEmpty()) {
            System.exit(1);
        }
        System.out.println("no ratio is worse than on " + bounds.date() + ", on " + bounds.machine());
    }
}
