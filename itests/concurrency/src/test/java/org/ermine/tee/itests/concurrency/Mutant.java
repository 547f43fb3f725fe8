// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A defect in one of the classes under test, as a change of its source.
 *
 * @param name what is wrong
 * @param source the file, below the folder of the bundles
 * @param before what stands there, exactly once
 * @param after what is to stand there
 * @param scenario that finds it
 * @param symptom part of what it says then
 */
record Mutant(String name, String source, String before, String after, Exploration.Scenario scenario, String symptom) {

    private static final long PATIENCE_SECONDS = 240;

    /** Carries the scenario out with the mutant, in a JVM of its own, in which it stands before the class itself. */
    Exploration explore(Path bundles, Path folder, int most) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(requireText(bundles).replace(before, after), folder, classes);
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        // Else Lincheck has a JVM of its own attach to this one.
                        "-Djdk.attach.allowAttachSelf=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        classes + File.pathSeparator + System.getProperty("java.class.path"),
                        Exploration.class.getName(),
                        scenario.className(),
                        Integer.toString(most))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertTrue(jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the JVM does not end: " + folder);
        } finally {
            jvm.destroyForcibly();
        }
        return Exploration.parse(jvm.exitValue(), Files.readString(output), Files.readString(errors));
    }

    /**
     * The source may have changed since: then the mutant has to be changed too.
     *
     * @return the source
     */
    String requireText(Path bundles) throws IOException {
        String text = Files.readString(bundles.resolve(source));
        int at = text.indexOf(before);
        assertTrue(
                at >= 0 && text.indexOf(before, at + 1) < 0, source + " has not once, but never or often: " + before);
        return text;
    }

    private void compile(String text, Path folder, Path classes) throws IOException {
        Path file = folder.resolve(Path.of(source).getFileName());
        Files.writeString(file, text);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-g",
                    "-nowarn",
                    "-proc:none",
                    "-implicit:none",
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertEquals(true, compiled, messages.toString());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
