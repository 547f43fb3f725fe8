// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import aQute.bnd.osgi.Builder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** An example of a page as a bundle, made by bnd as its author would make it. */
final class ExampleBundle {

    private final String name;
    private final byte[] jar;

    /** @param type a component, with the classes within it */
    ExampleBundle(Class<?> type) throws Exception {
        name = type.getName();
        jar = jar(type);
    }

    String name() {
        return name;
    }

    Bundle install(BundleContext framework) throws Exception {
        return framework.installBundle("example:" + name, content());
    }

    /** What it can be updated from. */
    InputStream content() {
        return new ByteArrayInputStream(jar);
    }

    private static byte[] jar(Class<?> type) throws Exception {
        File origin = new File(
                type.getProtectionDomain().getCodeSource().getLocation().toURI());
        String path = type.getName().replace('.', '/');
        try (Builder builder = new Builder()) {
            for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (Files.exists(Path.of(element))) {
                    builder.addClasspath(new File(element));
                }
            }
            builder.setBundleSymbolicName(type.getName());
            builder.setProperty("-includeresource", "@" + origin + "!/" + path + "*.class");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            builder.build().write(bytes);
            if (!builder.getErrors().isEmpty()) {
                throw new AssertionError(type + ": " + builder.getErrors());
            }
            return bytes.toByteArray();
        }
    }

    /** All that are given here, in this order. */
    static List<ExampleBundle> of(Class<?>... types) throws Exception {
        List<ExampleBundle> bundles = new ArrayList<>();
        for (Class<?> type : types) {
            bundles.add(new ExampleBundle(type));
        }
        return bundles;
    }
}
