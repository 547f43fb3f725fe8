// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WantedBundlesTest {

    @TempDir
    Path folder;

    @Test
    void givenLocationsWithAndWithoutQuotationMarksThenEachIsOne() {
        Map<String, String> configuration = Map.of(
                "felix.auto.start.1", "\"file:/with space.jar\"  file:/b.jar",
                "felix.auto.install", "http://example.org/c.jar ");
        assertEquals(
                List.of("file:/b.jar", "file:/with space.jar", "http://example.org/c.jar"),
                new WantedBundles(configuration).missingAmong());
    }

    @Test
    void givenAFolderThenItsJarsAreWantedWhereTheyAreToBeInstalled() throws Exception {
        Path jar = Files.createFile(folder.resolve("a b.jar"));
        Files.createFile(folder.resolve("readme.txt"));
        Map<String, String> configuration =
                Map.of("felix.auto.deploy.dir", folder.toString(), "felix.auto.deploy.action", "install,start");
        assertEquals(List.of(jar.toFile().toURI().toString()), new WantedBundles(configuration).missingAmong());
        assertEquals(
                List.of(),
                new WantedBundles(Map.of(
                                "felix.auto.deploy.dir", folder.toString(), "felix.auto.deploy.action", "uninstall"))
                        .missingAmong());
    }
}
