// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A store as some version of the TA left it, kept as text: the files and the counters of the secure state. The device
 * key is that of a {@link FakeEnvironment} of the name {@value #DEVICE}. What stands in a golden store that was
 * published is never written again: whoever changes the format adds stores of the new one.
 */
final class GoldenStore {

    static final String DEVICE = "golden device";

    private static final String COUNTER = "counter";
    private static final String FILE = "file";

    private GoldenStore() {}

    /** Writes the present state. */
    static void write(Path text, FakeEnvironment environment, MemoryFileStorage storage) throws IOException {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(environment.counters()).forEach((name, value) -> lines.add(COUNTER + " " + name + " " + value));
        storage.files()
                .forEach((name, content) ->
                        lines.add(FILE + " " + name + " " + HexFormat.of().formatHex(content)));
        Files.write(Files.createDirectories(text.getParent()).resolve(text.getFileName()), lines);
    }

    /** Puts the state of a golden store into {@code storage}, and returns the secure world it belongs to. */
    static FakeEnvironment load(String resource, MemoryFileStorage storage) {
        FakeEnvironment environment = new FakeEnvironment(DEVICE, storage);
        Map<String, byte[]> files = new TreeMap<>();
        for (String line : lines(resource)) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case COUNTER -> environment.counters().put(words[1], Long.parseLong(words[2]));
                case FILE -> files.put(words[1], HexFormat.of().parseHex(words[2]));
                default -> throw new AssertionError(resource + ": " + line);
            }
        }
        storage.restore(files);
        return environment;
    }

    private static List<String> lines(String resource) {
        try (InputStream text = GoldenStore.class.getResourceAsStream("golden/" + resource)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
