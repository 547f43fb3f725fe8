// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.handshakes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jcstress.Main;

/** Carries one test out, in JVMs of its own, with some classes in the place of those that are deployed. */
final class Stress {

    private static final long PATIENCE_MINUTES = 5;

    /** The counts of results of which nobody said that they are allowed. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("^ .* ([0-9,]+) +[<0-9.]+% +Forbidden ", Pattern.MULTILINE);

    private final Path classes;
    private final Path folder;

    /**
     * @param classes that stand before all others
     * @param folder for what it writes
     */
    Stress(Path classes, Path folder) {
        this.classes = classes;
        this.folder = folder;
    }

    /**
     * How often something was seen that must not be; what the test costs is up to its author's patience, which is
     * limited.
     */
    long forbidden(Class<?> test) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command(test))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(test.getName() + " does not end, see " + log);
            }
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(log);
        if (!text.contains("RUN RESULTS:") || !text.contains("Error tests: No matches.")) {
            throw new IllegalStateException(test.getName() + " was not carried out, see " + log);
        }
        return forbidden(text.substring(text.indexOf("RUN RESULTS:")));
    }

    static long forbidden(String results) {
        return FORBIDDEN
                .matcher(results)
                .results()
                .mapToLong(row -> Long.parseLong(row.group(1).replace(",", "")))
                .sum();
    }

    private List<String> command(Class<?> test) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                Main.class.getName(),
                "-t",
                Pattern.quote(test.getName().replace('$', '.')) + "$",
                "-f",
                "1",
                "-iters",
                "4",
                "-time",
                "500",
                "-sc",
                "false",
                "-jvmArgs",
                "-XX:-TieredCompilation",
                "-v",
                "-r",
                folder.toString());
    }
}
