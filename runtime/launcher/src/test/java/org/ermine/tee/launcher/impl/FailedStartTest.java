// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that cannot start the framework. */
@Timeout(60)
class FailedStartTest {

    @TempDir
    Path temp;

    /** @return the first line that it printed */
    private static String launch(String... options) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(List.of(options));
        builder.command()
                .addAll(List.of(
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Launcher.class.getName()));
        builder.environment().keySet().removeIf(name -> name.endsWith("_OPTIONS"));
        Process process = builder.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), printed);
        return printed.lines().findFirst().orElseThrow();
    }

    @Test
    void givenAConfigurationThatCannotBeReadThenItIsNamed() throws Exception {
        String file = temp.resolve("missing").toUri().toString();
        assertEquals(
                "ermine: the framework does not start: no configuration can be read where the system property"
                        + " felix.config.properties says: " + file,
                launch("-Dfelix.config.properties=" + file, "-Dermine.home=" + temp));
    }

    @Test
    void givenNoHomeThenItIsSaid() throws Exception {
        assertEquals(
                "ermine: the framework does not start: the system property ermine.home, the folder for the bundle cache"
                        + " and all else, is not set",
                launch("-Dfelix.config.properties=" + configuration("")));
    }

    @Test
    void givenAConfigurationThatNobodyExpectedThenItIsSaidAndTheTrialOfTheArchiveEnds() throws Exception {
        Path trial = Files.createFile(temp.resolve("trial"));
        assertEquals(
                "ermine: the framework does not start: Nul character not allowed: \0",
                launch(
                        "-Dfelix.config.properties=" + configuration("felix.auto.deploy.dir=\\u0000\n"),
                        "-Dermine.home=" + temp,
                        "-Dermine.archive.trial=" + trial));
        assertFalse(Files.exists(trial));
    }

    private String configuration(String content) throws IOException {
        return Files.writeString(temp.resolve("config.properties"), content)
                .toUri()
                .toString();
    }
}
