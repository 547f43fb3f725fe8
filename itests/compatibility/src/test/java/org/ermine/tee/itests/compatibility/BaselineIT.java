// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.FileResource;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The comparison that the build makes with the last release, made here with the present API as the release, and with
 * changes to it that somebody might make without a thought.
 */
class BaselineIT {

    @TempDir
    Path temp;

    /** Which packages need a new version, and of which kind. */
    private String suggested(String className, String before, String after) throws Exception {
        Path source = Path.of("../../bundles/api/src/main/java/" + className.replace('.', '/') + ".java");
        String text = Files.readString(source);
        assertTrue(text.contains(before), source + " has no " + before);
        Sources.compile(className, text.replace(before, after), temp);
        Map<String, String> mismatches = new TreeMap<>();
        try (Jar released = new Jar(Artifacts.api());
                Jar changed = new Jar(Artifacts.api());
                Processor processor = new Processor();
                Stream<Path> classes = Files.walk(temp)) {
            for (Path each : classes.filter(Files::isRegularFile).toList()) {
                changed.putResource(temp.relativize(each).toString(), new FileResource(each.toFile()), true);
            }
            for (Info info : new Baseline(processor, new DiffPluginImpl()).baseline(changed, released, null)) {
                if (info.mismatch) {
                    boolean major = info.suggestedVersion.getMajor() > info.newerVersion.getMajor();
                    mismatches.put(info.packageName, major ? "major" : "minor");
                }
            }
        }
        return mismatches.toString();
    }

    @Test
    void whatIsNotChangedNeedsNoNewVersion() throws Exception {
        assertEquals("{}", suggested("org.ermine.tee.TeeDevice", "String name();", "String name();"));
    }

    @Test
    void aMethodTakenAwayNeedsANewMajorVersion() throws Exception {
        assertEquals("{org.ermine.tee=major}", suggested("org.ermine.tee.TeeDevice", "String name();", ""));
    }

    @Test
    void aMethodAddedToWhatErmineImplementsNeedsANewMinorVersion() throws Exception {
        assertEquals(
                "{org.ermine.tee=minor}",
                suggested("org.ermine.tee.TeeDevice", "String name();", "String name(); String vendor();"));
    }

    @Test
    void aMethodAddedToWhatThirdPartiesImplementNeedsANewMajorVersion() throws Exception {
        assertEquals(
                "{org.ermine.tee.spi=major}",
                suggested(
                        "org.ermine.tee.spi.TeeDriver",
                        "TeeVersion version();",
                        "TeeVersion version(); void reset();"));
    }

    /** An interface without a mark counts as one that third parties implement: most additions to it would be breaks. */
    @Test
    void everyExportedInterfaceSaysWhoImplementsIt() throws Exception {
        StringBuilder unmarked = new StringBuilder();
        int interfaces = 0;
        for (var file : Artifacts.withExportedPackages()) {
            try (Jar jar = new Jar(file)) {
                String exports = jar.getManifest().getMainAttributes().getValue("Export-Package");
                for (String name : jar.getResources().keySet()) {
                    if (!name.endsWith(".class")) {
                        continue;
                    }
                    ClassFile type = ClassFile.read(jar.getResource(name).openInputStream());
                    if (type.isPublicInterface() && isExported(exports, name)) {
                        interfaces++;
                        if (!type.isMarked()) {
                            unmarked.append(name).append('\n');
                        }
                    }
                }
            }
        }
        assertEquals("", unmarked.toString());
        assertFalse(interfaces < 20, interfaces + " interfaces looked at");
    }

    private static boolean isExported(String exports, String resource) {
        String name = resource.substring(0, resource.lastIndexOf('/')).replace('/', '.');
        return Stream.of(exports.split(",(?=[a-z])")).anyMatch(each -> each.startsWith(name + ";"));
    }
}
