// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a compiled class of ours refers to; methods for example as {@code java/lang/String.length()I}.
 *
 * @param methods all that it refers to
 * @param calls those methods of interfaces that its code calls
 * @param handles those that it makes function objects of, as in {@code LOG::warn}
 */
record DeployedClass(Set<String> methods, Set<String> calls, Set<String> handles) {

    private static final String CLASSES = "/target/classes/";

    static DeployedClass read(byte[] classFile) throws IOException {
        CalledMethods called = CalledMethods.read(new ByteArrayInputStream(classFile));
        return new DeployedClass(called.all(), called.interfaceCalls(classFile), called.handles());
    }

    /** All that is deployed, by names as in {@code java/lang/String}. */
    static Map<String, DeployedClass> all() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        Map<String, DeployedClass> deployed = new TreeMap<>();
        for (String part : List.of("bundles", "runtime")) {
            try (Stream<Path> files = Files.walk(root.resolve(part))) {
                for (Path file : files.toList()) {
                    String path = root.relativize(file).toString();
                    if (path.contains(CLASSES) && path.endsWith(".class")) {
                        deployed.put(name(path), read(Files.readAllBytes(file)));
                    }
                }
            }
        }
        if (deployed.size() <= 300) {
            throw new IOException(deployed.size() + " classes are not all");
        }
        return deployed;
    }

    private static String name(String path) {
        return path.substring(path.indexOf(CLASSES) + CLASSES.length(), path.length() - ".class".length());
    }
}
