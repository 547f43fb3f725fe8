// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM in which something is measured, with the class path of this one. */
final class MeasuredJvm {

    private MeasuredJvm() {}

    /** Returns when it has ended; fails unless it did so well, and in time. */
    static void run(Class<?> main, List<String> arguments, long minutes, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-XX:MaxDirectMemorySize=1g",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-D" + World.BUNDLES + "=" + System.getProperty(World.BUNDLES)));
        command.addAll(Arrays.asList(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                throw new IOException(arguments + " take more than " + minutes + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(arguments + " failed with exit code " + process.exitValue());
        }
    }
}
