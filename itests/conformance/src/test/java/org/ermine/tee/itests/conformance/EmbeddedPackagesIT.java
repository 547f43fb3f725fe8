// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Packages that each bundle embeds for itself. A class of theirs is another one in each bundle: so none may get from
 * one bundle to another, neither by an exported type nor as a service; and what bundles embed is no bundle.
 */
class EmbeddedPackagesIT {

    private static final String MODULE = "bundles/embedded";
    private static final String NAME = "org.ermine.tee.embedded";
    private static final String FOLDER = NAME.replace('.', '/');
    private static final String PRIVATE = "Private-Package";

    /** Each has a version, which those that an export only uses have not. */
    private static final Pattern EXPORT = Pattern.compile("(?:^|,)([\\w.]+);");

    private static Path root;
    private static final Map<String, Path> BUNDLES = new TreeMap<>();

    @BeforeAll
    static void find() throws IOException {
        root = Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        BundleStructure.modules(root).forEach((name, module) -> {
            if (Files.exists(module.resolve("target/classes/META-INF/MANIFEST.MF"))) {
                BUNDLES.put(name, module.resolve("target/classes"));
            }
        });
    }

    private static Manifest manifest(Path classes) throws IOException {
        try (InputStream in = Files.newInputStream(classes.resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(in);
        }
    }

    /** The first header that shows others an embedded package; null if none does. */
    private static String showing(Manifest manifest) {
        for (Map.Entry<Object, Object> header : manifest.getMainAttributes().entrySet()) {
            if (!header.getKey().equals(new Attributes.Name(PRIVATE))
                    && header.getValue().toString().contains(NAME)) {
                return header.getKey() + ": " + header.getValue();
            }
        }
        return null;
    }

    /** The exported packages, as folders. */
    private static List<String> exported(Manifest manifest) {
        String exports = manifest.getMainAttributes().getValue("Export-Package");
        return exports == null
                ? List.of()
                : EXPORT.matcher(exports)
                        .results()
                        .map(each -> each.group(1).replace('.', '/'))
                        .toList();
    }

    private static boolean refers(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.contains(NAME) || text.contains(FOLDER + "/");
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }

    @Test
    @DisplayName("given the bundles, then some embed packages, and no header shows one of these to another bundle")
    void noHeaderShowsOne() throws IOException {
        Map<String, String> found = new TreeMap<>();
        int embedding = 0;
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            Manifest manifest = manifest(bundle.getValue());
            String showing = showing(manifest);
            if (showing != null) {
                found.put(bundle.getKey(), showing);
            }
            String own = manifest.getMainAttributes().getValue(PRIVATE);
            embedding += own != null && own.contains(NAME) ? 1 : 0;
        }

        assertEquals(Map.of(), found);
        assertTrue(embedding > 1, embedding + " bundles embed something");
    }

    @Test
    @DisplayName("given the bundles, then no exported type and no component's service refers to an embedded package")
    void nothingThatOthersSeeRefersToOne() throws IOException {
        Map<String, List<Path>> found = new TreeMap<>();
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            List<Path> seen = new ArrayList<>(files(bundle.getValue().resolve("OSGI-INF"), ".xml"));
            for (String exported : exported(manifest(bundle.getValue()))) {
                seen.addAll(files(bundle.getValue().resolve(exported), ".class").stream()
                        .filter(file -> file.getParent().endsWith(exported))
                        .toList());
            }
            for (Path each : seen) {
                if (refers(Files.readAllBytes(each))) {
                    found.computeIfAbsent(bundle.getKey(), none -> new ArrayList<>())
                            .add(each);
                }
            }
        }

        assertEquals(Map.of(), found);
    }

    @Test
    @DisplayName("given the bundles, then what one embeds is what was compiled, and nothing else")
    void whatIsEmbeddedIsWhatWasCompiled() throws IOException {
        Path compiled = root.resolve(MODULE).resolve("target/classes");
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            for (Path copy : files(bundle.getValue().resolve(FOLDER), ".class")) {
                Path original =
                        compiled.resolve(bundle.getValue().relativize(copy).toString());
                assertTrue(Files.exists(original), () -> copy + " is of no class that there is");
                assertTrue(
                        Arrays.equals(Files.readAllBytes(original), Files.readAllBytes(copy)),
                        () -> copy + " is not " + original);
            }
        }
    }

    @Test
    @DisplayName("given what is installed and offered, then the module that is embedded is no part of it")
    void theModuleIsNoBundle() throws IOException {
        for (String list : List.of(
                "bundles/kit/bom/pom.xml",
                "features/pom.xml",
                "features/src/main/feature/feature.xml",
                "runtime/pom.xml")) {
            String text = Files.readString(root.resolve(list));
            assertTrue(text.contains("org.ermine.tee.api"), list);
            assertFalse(text.contains(NAME), list);
        }
        assertFalse(BUNDLES.containsKey(MODULE), "it has the manifest of a bundle");
    }

    @Test
    @DisplayName("given a header and a class that show an embedded package, then both are found")
    void isFound() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue(PRIVATE, NAME + ".threads");
        assertEquals(null, showing(manifest));
        manifest.getMainAttributes()
                .putValue("Export-Package", "org.example;version=\"1.0\";uses:=\"a.b," + NAME + ".threads\"");

        assertTrue(showing(manifest).startsWith("Export-Package: org.example;"), () -> showing(manifest));
        assertEquals(List.of("org/example"), exported(manifest));
        assertTrue(refers((FOLDER + "/threads/DaemonThreads").getBytes(StandardCharsets.ISO_8859_1)));
        assertFalse(refers("org/ermine/tee/Embedded".getBytes(StandardCharsets.ISO_8859_1)));
    }
}
