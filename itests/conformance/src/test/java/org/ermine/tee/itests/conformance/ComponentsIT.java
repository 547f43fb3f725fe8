// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What the descriptions of components in the bundles say. An operator reads the names of references in {@code
 * scr:info} and {@code bundle:diag}, and sets their targets by them: so none may be one that a tool has numbered.
 */
class ComponentsIT {

    /** bnd calls a reference of a constructor so that has no name. */
    private static final Pattern NUMBERED = Pattern.compile("<reference name=\"\\$\\d+\"[^>]*");

    private static final List<Path> DESCRIPTIONS = new ArrayList<>();

    @BeforeAll
    static void find() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        for (Path module : BundleStructure.modules(root).values()) {
            Path folder = module.resolve("target/classes/OSGI-INF");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> file.toString().endsWith(".xml")).forEach(DESCRIPTIONS::add);
                }
            }
        }
    }

    private static List<String> numbered(String description) {
        return NUMBERED.matcher(description)
                .results()
                .map(found -> found.group())
                .toList();
    }

    @Test
    @DisplayName("given the components of the bundles, then each of their references has a name that says what it is")
    void eachReferenceHasAName() throws IOException {
        List<String> found = new ArrayList<>();
        int references = 0;
        for (Path each : DESCRIPTIONS) {
            String description = Files.readString(each);
            references += description.split("<reference ", -1).length - 1;
            numbered(description).forEach(reference -> found.add(each.getFileName() + ": " + reference));
        }

        assertEquals(List.of(), found);
        assertTrue(references > 30, references + " references in " + DESCRIPTIONS.size() + " descriptions");
    }

    @Test
    @DisplayName("given a reference whose name is a number, then it is found, and one with a name is not")
    void isFound() {
        String description = "<reference name=\"$000\" parameter=\"0\"/><reference name=\"runtime\" parameter=\"1\"/>";

        assertEquals(List.of("<reference name=\"$000\" parameter=\"0\"/"), numbered(description));
    }
}
