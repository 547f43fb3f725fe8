// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngredientsTest {

    @TempDir
    Path folder;

    @Test
    void givenAJarOfTheFrameworkWithOtherContentThenTheIngredientsAreOthers() throws IOException {
        Path framework = Files.writeString(folder.resolve("framework.jar"), "7.0.5");
        Path launcher = Files.writeString(folder.resolve("launcher.jar"), "launcher");
        String before = ingredients(framework, launcher);
        assertEquals(before, ingredients(framework, launcher));

        Files.writeString(framework, "7.0.6");

        assertNotEquals(before, ingredients(framework, launcher));
    }

    private String ingredients(Path framework, Path launcher) {
        Map<String, String> configuration =
                Map.of("felix.auto.deploy.dir", folder.resolve("bundle").toString());
        return new Ingredients(configuration, framework + File.pathSeparator + launcher).toString();
    }
}
