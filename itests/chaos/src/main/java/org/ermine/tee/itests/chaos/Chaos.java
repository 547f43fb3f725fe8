// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Runs the chaos run; see {@code itests/chaos/run}. Arguments: seconds, seed, folder of the bundles, folder to work in.
 */
public final class Chaos {

    private static final int WRONG = 1;
    /** 2,000 in three minutes. */
    private static final double SWAPS_PER_SECOND = 2_000 / 180.0;

    /** The longest that something is held on purpose are the timers of Declarative Services, 5 s. */
    private static final Duration LEAK_PATIENCE = Duration.ofSeconds(20);

    private Chaos() {}

    public static void main(String[] arguments) throws Exception {
        Settings settings = settings(arguments);
        System.out.printf("Chaos for %d s, seed %d%n", settings.seconds(), settings.seed());
        System.out.flush();
        long begun = System.nanoTime();
        Report report = new Run(settings, System.out).execute();
        report.print(System.out);
        System.out.printf(
                "%s after %.0f s, seed %d%n",
                report.isGood() ? "All accounts are settled" : "The accounts are NOT settled",
                (System.nanoTime() - begun) / 1e9,
                settings.seed());
        System.exit(report.isGood() ? 0 : WRONG);
    }

    private static Settings settings(String[] arguments) throws IOException {
        int seconds = Integer.parseInt(arguments[0]);
        return new Settings(
                seconds,
                Math.round(seconds * SWAPS_PER_SECOND),
                Long.parseLong(arguments[1]),
                Path.of(arguments[2]),
                Path.of(arguments[3]),
                LEAK_PATIENCE,
                Set.of());
    }
}
