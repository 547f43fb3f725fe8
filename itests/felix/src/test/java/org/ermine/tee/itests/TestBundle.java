// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** A bundle made of an activator of the tests, so that the activator gets a class loader and a life cycle of its own. */
final class TestBundle {

    private static final String IMPORTS = String.join(
            ",", "org.osgi.framework", "org.ermine.tee", "org.ermine.tee.mink", "org.ermine.tee.supplicant");

    private final Class<? extends BundleActivator> activator;

    TestBundle(Class<? extends BundleActivator> activator) {
        this.activator = activator;
    }

    Bundle install(BundleContext context) throws BundleException, IOException {
        return context.installBundle("test:" + activator.getSimpleName(), jar());
    }

    /** The bundle's content: a new stream each time, as an update needs it. */
    InputStream jar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String entry = activator.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest());
                InputStream content = activator.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            content.transferTo(jar);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "org.ermine.tee.itests." + activator.getSimpleName());
        headers.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        headers.putValue(Constants.IMPORT_PACKAGE, IMPORTS);
        return manifest;
    }
}
