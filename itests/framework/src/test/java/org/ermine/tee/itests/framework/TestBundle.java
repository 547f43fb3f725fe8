// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.Constants;

/**
 * A bundle made of an activator of the tests and the classes that this needs, with a class loader and a life cycle of
 * its own.
 */
final class TestBundle {

    private final Class<? extends BundleActivator> activator;
    private final List<Class<?>> classes = new ArrayList<>();
    private final List<String> packages = new ArrayList<>();
    private String symbolicName;
    private String version = "0.0.0";

    /** @param imports the packages of Ermine that it needs */
    TestBundle(Class<? extends BundleActivator> activator, String... imports) {
        this.activator = activator;
        symbolicName = "org.ermine.tee.itests." + activator.getSimpleName();
        classes.add(activator);
        packages.add("org.osgi.framework");
        packages.addAll(List.of(imports));
    }

    /** Adds a class that the activator needs. */
    TestBundle with(Class<?> type) {
        classes.add(type);
        return this;
    }

    /** Gives it another name than its activator's. */
    TestBundle as(String otherSymbolicName, String otherVersion) {
        symbolicName = otherSymbolicName;
        version = otherVersion;
        return this;
    }

    String name() {
        return symbolicName + "-" + version;
    }

    byte[] jar() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest())) {
            for (Class<?> type : classes) {
                add(jar, type.getName().replace('.', '/') + ".class");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void add(JarOutputStream jar, String entry) throws IOException {
        try (InputStream content = activator.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            content.transferTo(jar);
        }
    }

    private Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        headers.putValue(Constants.BUNDLE_VERSION, version);
        headers.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        headers.putValue(Constants.IMPORT_PACKAGE, String.join(",", packages));
        return manifest;
    }
}
