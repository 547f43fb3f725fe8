// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.felix.main.AutoProcessor;

/**
 * All that decides which bundles a fresh start makes, as text: the properties of the framework, the JDK, the
 * framework's own jars, and the contents of the bundles. Contents count, since files keep their dates when they are
 * copied or unpacked.
 */
final class Ingredients {

    private final SortedMap<String, String> named = new TreeMap<>();

    /** @param classPath of the framework and its launcher */
    Ingredients(Map<String, String> configuration, String classPath) {
        named.put("java", System.getProperty("java.vm.version") + " in " + System.getProperty("java.home"));
        configuration.forEach((key, value) -> {
            if (key.startsWith("felix.") || key.startsWith("org.osgi.framework.")) {
                named.put(key, value);
            }
            if (key.startsWith(AutoProcessor.AUTO_START_PROP) || key.startsWith(AutoProcessor.AUTO_INSTALL_PROP)) {
                addLocations(value);
            }
        });
        for (String file : classPath.split(File.pathSeparator)) {
            addFile(Path.of(file));
        }
        addFolder(configuration.getOrDefault(
                AutoProcessor.AUTO_DEPLOY_DIR_PROPERTY, AutoProcessor.AUTO_DEPLOY_DIR_VALUE));
    }

    /** A line for each. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder();
        named.forEach((name, value) -> lines.append(name)
                .append(" is ")
                .append(value.replace('\n', ' '))
                .append('\n'));
        return lines.toString();
    }

    private void addFolder(String folder) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            files.filter(Files::isRegularFile).forEach(this::addFile);
        } catch (IOException e) {
            named.put(folder, e.toString());
        }
    }

    private void addLocations(String locations) {
        for (String location : WantedBundles.locations(locations)) {
            if (location.startsWith("file:")) {
                addFile(file(location));
            }
        }
    }

    /** What is no proper URI is a plain name behind {@code file:}. */
    private static Path file(String location) {
        try {
            return Path.of(URI.create(location));
        } catch (IllegalArgumentException e) {
            return Path.of(location.substring("file:".length()));
        }
    }

    private void addFile(Path file) {
        String content;
        try {
            CRC32 sum = new CRC32();
            byte[] bytes = Files.readAllBytes(file);
            sum.update(bytes);
            content = bytes.length + " bytes with sum " + Long.toHexString(sum.getValue());
        } catch (IOException e) {
            content = e.toString();
        }
        named.put(file.toString(), content);
    }
}
