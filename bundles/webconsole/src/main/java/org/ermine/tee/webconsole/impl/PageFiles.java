// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The files that the page is made of. */
final class PageFiles {

    /**
     * Where the page begins. A Web Console puts its own page around everything that ends with {@code .html} or has no
     * ending at all.
     */
    static final String START = "live.htm";

    static final List<String> NAMES = List.of(
            START,
            "style.css",
            "icon.svg",
            "main.js",
            "poll.js",
            "model.js",
            "dom.js",
            "roving.js",
            "format.js",
            "picture.js",
            "requests.js",
            "handlers.js",
            "latency.js",
            "memory.js",
            "spark.js",
            "details.js",
            "pages.js");

    private static final Map<String, String> TYPES = Map.of(
            "htm", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "js", "text/javascript; charset=utf-8");

    private PageFiles() {}

    /** The files by their paths, which begin with a slash. */
    static Map<String, Document> load() {
        return NAMES.stream().collect(Collectors.toUnmodifiableMap(name -> "/" + name, PageFiles::load));
    }

    private static Document load(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        try (InputStream file = PageFiles.class.getResourceAsStream("/page/" + name)) {
            return Document.of(type, file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("page/" + name + " of this bundle cannot be read", e);
        }
    }
}
