// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.itests.benchmarks.Scale;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/** The least heap in which a million objects and ten thousand contexts fit, at the cost of few. */
public final class Crowd implements Group {

    private static final int[] MEBIBYTES = {160, 170, 180, 192, 208, 224, 256};
    private static final long MINUTES = 9;

    /**
     * How the crowd fared.
     *
     * @param fits whether there was room for all, and they cost what few cost
     * @param output what was printed
     */
    public record Outcome(boolean fits, String output) {}

    @Override
    public void measure(Stage stage) throws Exception {
        for (int mebibytes : MEBIBYTES) {
            if (in(mebibytes).fits()) {
                stage.report(Case.CROWD.name(), mebibytes);
                return;
            }
        }
    }

    @Override
    public int jvms() {
        return 1;
    }

    /** In a JVM of its own with so much heap. */
    public static Outcome in(int mebibytes) throws IOException, InterruptedException {
        File output = Files.createTempFile("crowd", ".txt").toFile();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + mebibytes + "m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-D" + World.BUNDLES + "=" + System.getProperty(World.BUNDLES),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Scale.class.getName(),
                        "1000000",
                        "10000",
                        "1000")
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            boolean fits = process.waitFor(MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
            return new Outcome(fits, Files.readString(output.toPath()));
        } finally {
            process.destroyForcibly();
            Files.delete(output.toPath());
        }
    }
}
