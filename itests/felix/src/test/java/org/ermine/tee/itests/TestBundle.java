// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/**
 * A bundle made of an activator of the tests, so that the activator gets a class loader and a life cycle of its own.
 */
final class TestBundle {

    private static final String IMPORTS = String.join(
            ",", "org.osgi.framework", "org.ermine.tee", "org.ermine.tee.mink", "org.ermine.tee.supplicant");

    /** How the locations of all of them begin. */
    private static final String LOCATION = "test:";

    private final Class<? extends BundleActivator> activator;
    private final String name;

    TestBundle(Class<? extends BundleActivator> activator) {
        this(activator, activator.getSimpleName());
    }

    /** One of several bundles with the same activator, which finds the name at the end of its symbolic name. */
    TestBundle(Class<? extends BundleActivator> activator, String name) {
        this.activator = activator;
        this.name = name;
    }

    Bundle install(BundleContext context) throws BundleException, IOException {
        return context.installBundle(LOCATION + name, jar());
    }

    /** Uninstalls all bundles of tests that are still installed. */
    static void uninstallAll(BundleContext context) throws BundleException {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith(LOCATION)) {
                bundle.uninstall();
            }
        }
    }

    /** The bundle's content: a new stream each time, as an update needs it. */
    InputStream jar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest())) {
            addWithNested(jar, activator.getName());
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** A class, its member classes and its anonymous classes. */
    private void addWithNested(JarOutputStream jar, String className) throws IOException {
        String entry = className.replace('.', '/') + ".class";
        try (InputStream content = activator.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            content.transferTo(jar);
        }
        for (String nested : nested(className)) {
            addWithNested(jar, nested);
        }
    }

    private List<String> nested(String className) {
        List<String> nested = new ArrayList<>();
        try {
            for (Class<?> member :
                    activator.getClassLoader().loadClass(className).getDeclaredClasses()) {
                nested.add(member.getName());
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        int number = 1;
        while (activator.getClassLoader().getResource(className.replace('.', '/') + "$" + number + ".class") != null) {
            nested.add(className + "$" + number++);
        }
        return nested;
    }

    private Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "org.ermine.tee.itests." + name);
        headers.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        headers.putValue(Constants.IMPORT_PACKAGE, IMPORTS);
        return manifest;
    }
}
