// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sources of what is deployed, without comments: for statements about all of them. */
final class MainSources {

    private static final String SOURCES = "/src/main/java/";
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?<=\\s)//[^\\n]*", Pattern.DOTALL);
    /** Where a statement begins or ends, near enough. */
    private static final Pattern BORDER = Pattern.compile(";\\n|[{}]\\n|->\\n|:\\n");

    private MainSources() {}

    /** Text by class, as in {@code org/ermine/tee/TeeDevice}. */
    static Map<String, String> all() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root.resolve("bundles"))) {
            for (Path file : files.toList()) {
                String path = root.relativize(file).toString();
                if (isMainSource(path)) {
                    sources.put(name(path), withoutComments(Files.readString(file)));
                }
            }
        }
        if (sources.size() <= 300) {
            throw new IOException(sources.size() + " sources are not all");
        }
        return sources;
    }

    static String withoutComments(String source) {
        return COMMENT.matcher(source).replaceAll("");
    }

    /** The statements of a source, each in one line. */
    static List<String> statements(String source) {
        return BORDER.splitAsStream(source)
                .map(statement -> statement.replaceAll("\\s+", " ").strip())
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static boolean isMainSource(String path) {
        return path.contains(SOURCES) && path.endsWith(".java") && !path.contains("/kit/");
    }

    private static String name(String path) {
        return path.substring(path.indexOf(SOURCES) + SOURCES.length(), path.length() - ".java".length());
    }
}
