// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Where the packages that bundles import come from. An import without a version takes a package of any bundle that
 * exports it: that may stand only for what the JDK has, and what no other bundle carries.
 */
class ImportsIT {

    /** Bundles carry parsers, transformers and the like of their own, and export them; but none of these. */
    private static final Set<String> ONLY_OF_THE_JDK = Set.of(
            "javax.crypto",
            "javax.crypto.spec",
            "javax.management",
            "javax.management.openmbean",
            "javax.security.auth.x500",
            "jdk.jfr");

    private static final Pattern CLAUSE = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+");

    /** What is imported without a version and may come from another bundle than the framework. */
    private static List<String> open(String imports) {
        return CLAUSE.matcher(imports)
                .results()
                .map(clause -> clause.group().strip())
                .filter(clause -> !clause.contains(";version="))
                .map(clause -> clause.split(";")[0])
                .filter(name -> !name.startsWith("java.") && !ONLY_OF_THE_JDK.contains(name))
                .toList();
    }

    private static String imports(Path manifest) throws IOException {
        try (InputStream in = Files.newInputStream(manifest)) {
            String imports = new Manifest(in).getMainAttributes().getValue("Import-Package");
            return imports == null ? "" : imports;
        }
    }

    @Test
    @DisplayName("given the bundles, then each import has a version, or is of what only the JDK has")
    void importsTakeNoPackageOfJustAnybody() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        Map<String, List<String>> found = new TreeMap<>();
        int bundles = 0;
        for (Map.Entry<String, Path> module : BundleStructure.modules(root).entrySet()) {
            Path manifest = module.getValue().resolve("target/classes/META-INF/MANIFEST.MF");
            if (module.getKey().startsWith("bundles/") && Files.exists(manifest)) {
                bundles++;
                List<String> open = open(imports(manifest));
                if (!open.isEmpty()) {
                    found.put(module.getKey(), open);
                }
            }
        }

        assertTrue(bundles > 10, bundles + " bundles are not all");
        assertEquals(Map.of(), found);
    }

    @Test
    @DisplayName("given imports without a version, then those are found that another bundle may export")
    void openImportIsFound() {
        assertEquals(
                List.of("javax.xml.parsers", "org.xml.sax"),
                open("java.util,javax.crypto,javax.xml.parsers;resolution:=optional,org.xml.sax,"
                        + "org.slf4j;version=\"[1.7,3)\",jdk.jfr;resolution:=optional"));
    }
}
