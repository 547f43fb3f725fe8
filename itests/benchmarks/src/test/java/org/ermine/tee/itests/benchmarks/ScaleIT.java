// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many objects, contexts and handlers in little heap, at the cost of few; see {@link Scale} for what is measured. */
@Timeout(600)
class ScaleIT {

    /** An object takes some 150 bytes on both sides together, a context some 1900. */
    private static final int HEAP_MIB = 256;

    @TempDir
    Path folder;

    @Test
    void aMillionObjectsAndTenThousandContextsFitAndCostNoMoreThanAThousand() throws Exception {
        File output = folder.resolve("scale.txt").toFile();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MIB + "m",
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
        boolean ended = process.waitFor(9, TimeUnit.MINUTES);
        process.destroyForcibly();
        String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        System.out.println(text);
        assertTrue(ended, "it takes too long: " + text);
        assertEquals(0, process.exitValue(), text);
    }
}
