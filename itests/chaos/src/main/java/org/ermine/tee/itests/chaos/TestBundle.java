// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.Constants;

/** A bundle made of the package of its activator and the one that those who use the TEE share. Immutable. */
final class TestBundle {

    private static final String IMPORTS = String.join(
            ",",
            "org.osgi.framework",
            "org.osgi.service.cm",
            "org.ermine.tee",
            "org.ermine.tee.mink",
            "org.ermine.tee.runtime",
            "org.ermine.tee.supplicant",
            "org.ermine.tee.trusted",
            "org.ermine.tee.itests.chaos.ledger");

    private static final String SHARED = "org/ermine/tee/itests/chaos/tee";

    private final String name;
    private final byte[] jar;

    TestBundle(String name, Class<? extends BundleActivator> activator, Map<String, String> headers)
            throws IOException {
        this.name = name;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest(name, activator, headers))) {
            for (String folder : List.of(activator.getPackageName().replace('.', '/'), SHARED)) {
                addClasses(out, folder);
            }
        }
        jar = bytes.toByteArray();
    }

    String location() {
        return "chaos:" + name;
    }

    /** A new stream each time, as an update needs it. */
    InputStream jar() {
        return new ByteArrayInputStream(jar);
    }

    private static void addClasses(JarOutputStream out, String folder) throws IOException {
        try (Stream<Path> files = Files.list(classes().resolve(folder))) {
            for (Path file : files.sorted().toList()) {
                out.putNextEntry(new JarEntry(folder + "/" + file.getFileName()));
                Files.copy(file, out);
            }
        }
    }

    private static Path classes() {
        try {
            URI location = TestBundle.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return Path.of(location);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Manifest manifest(
            String name, Class<? extends BundleActivator> activator, Map<String, String> headers) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, "chaos." + name);
        attributes.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        attributes.putValue(Constants.IMPORT_PACKAGE, IMPORTS);
        headers.forEach(attributes::putValue);
        return manifest;
    }
}
