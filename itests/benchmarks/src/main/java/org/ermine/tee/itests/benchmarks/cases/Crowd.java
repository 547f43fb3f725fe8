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
    private static final int[] MOST_MEBIBYTES = {256};
    private static final int OBJECTS = 1_000_000;
    private static final int OBJECTS_OF_A_CONTEXT = 100;
    private static final int OBJECTS_OF_A_HANDLER = 1000;
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
        int objects = stage.plan().of(OBJECTS);
        // Fewer than all fit into less, which says nothing.
        for (int mebibytes : objects < OBJECTS ? MOST_MEBIBYTES : MEBIBYTES) {
            if (in(mebibytes, objects).fits()) {
                stage.report(Case.CROWD.name(), mebibytes);
                return;
            }
        }
    }

    @Override
    public int jvms() {
        return 1;
    }

    /** All of them, in a JVM of its own with so much heap. */
    public static Outcome in(int mebibytes) throws IOException, InterruptedException {
        return in(mebibytes, OBJECTS);
    }

    private static Outcome in(int mebibytes, int objects) throws IOException, InterruptedException {
        File output = Files.createTempFile("crowd", ".txt").toFile();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + mebibytes + "m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-D" + World.BUNDLES + "=" + System.getProperty(World.BUNDLES),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Scale.class.getName(),
                        String.valueOf(objects),
                        String.valueOf(objects / OBJECTS_OF_A_CONTEXT),
                        String.valueOf(objects / OBJECTS_OF_A_HANDLER))
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
