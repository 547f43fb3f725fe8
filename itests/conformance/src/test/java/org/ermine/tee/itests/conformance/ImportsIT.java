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
import java.util.jar.Attributes;
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

    /** The manifests of all bundles, by the folders of the bundles. */
    private static Map<String, Attributes> manifests() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        Map<String, Attributes> manifests = new TreeMap<>();
        for (Map.Entry<String, Path> module : BundleStructure.modules(root).entrySet()) {
            Path manifest = module.getValue().resolve("target/classes/META-INF/MANIFEST.MF");
            if (module.getKey().startsWith("bundles/") && Files.exists(manifest)) {
                try (InputStream in = Files.newInputStream(manifest)) {
                    manifests.put(module.getKey(), new Manifest(in).getMainAttributes());
                }
            }
        }
        assertTrue(manifests.size() > 10, manifests.size() + " bundles are not all");
        return manifests;
    }

    @Test
    @DisplayName("given the bundles, then each import has a version, or is of what only the JDK has")
    void importsTakeNoPackageOfJustAnybody() throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        manifests().forEach((bundle, headers) -> {
            String imports = headers.getValue("Import-Package");
            found.put(bundle, imports == null ? List.of() : open(imports));
        });
        found.values().removeIf(List::isEmpty);

        assertEquals(Map.of(), found);
    }

    @Test
    @DisplayName("given the bundles, then none imports packages that are not known before it runs")
    void importsAreKnownBefore() throws IOException {
        Map<String, String> found = new TreeMap<>();
        manifests().forEach((bundle, headers) -> {
            String imports = headers.getValue("DynamicImport-Package");
            if (imports != null) {
                found.put(bundle, imports);
            }
        });

        assertEquals(Map.of(), found, "a dynamic import takes a package of any bundle, and is resolved by chance");
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
