// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** The entries of a jar, to be changed in ways that no decent tool would. */
final class JarContent {

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    static JarContent of(byte[] jar) throws IOException {
        JarContent content = new JarContent();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                content.entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return content;
    }

    JarContent with(String name, String text) {
        entries.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    JarContent with(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    JarContent without(Predicate<String> names) {
        entries.keySet().removeIf(names);
        return this;
    }

    String text(String name) {
        return new String(entries.get(name), StandardCharsets.UTF_8);
    }

    byte[] jar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** The jar with an entry twice: under its own name, and what stands under another name of the same length. */
    byte[] jarWithTwo(String name, String stand) throws IOException {
        String jar = new String(jar(), StandardCharsets.ISO_8859_1);
        return jar.replace(stand, name).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The jar with the entry of a stand-in at the front. */
    JarContent first(String name, String text) {
        Map<String, byte[]> rest = new LinkedHashMap<>(entries);
        entries.clear();
        with(name, text);
        rest.forEach(entries::putIfAbsent);
        return this;
    }
}
