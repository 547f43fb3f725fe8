// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ermine.tee.monitor.state.StateWriter;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What browsers can get: the files of the page, the state of Ermine, the contexts of a device page by page,
 * and the objects of one context. Knows no servlet; thread
 * safe.
 */
@Component(service = Page.class)
public final class Page {

    static final String JSON = "application/json";

    /** How many objects of one context are shown at the most. */
    static final int MAX_OBJECTS = 500;

    /**
     * At most so many contexts of each device are told with the state, and so many elements of every list in one answer
     * together: this bounds what a browser gets and has to draw.
     */
    static final int MOST = 1000;

    /** How many contexts one page has. */
    static final int PAGE = 100;

    /** The name of a device may have slashes in it, and whatever else. */
    private static final Pattern CONTEXTS =
            Pattern.compile("/devices/(.+)/contexts/(\\d{1,18})\\.json", Pattern.DOTALL);

    private static final Pattern OBJECTS = Pattern.compile("/contexts/(\\d{1,18})\\.json");
    private static final long WAIT_MILLIS = 1000;

    private final TeeRuntime runtime;
    private final StateWriter writer = StateWriter.compact().atMost(MOST);
    private final Map<String, Document> files = PageFiles.load();
    private final SharedState state = new SharedState(this::state, System::nanoTime, WAIT_MILLIS);

    @Activate
    public Page(@Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * @param path below the plugin's own, such as {@code /state.json}
     * @param knownTag see {@link Document#answer}
     * @param encodings see {@link Document#answer}
     */
    Answer get(String path, String knownTag, String encodings) {
        Document file = files.get(path);
        if (file != null) {
            return file.answer(knownTag, encodings);
        }
        if ("/state.json".equals(path)) {
            return sharedState(knownTag, encodings);
        }
        Matcher contexts = CONTEXTS.matcher(path);
        if (contexts.matches()) {
            return contexts(contexts.group(1), Long.parseLong(contexts.group(2)))
                    .answer(knownTag, encodings);
        }
        Matcher objects = OBJECTS.matcher(path);
        if (objects.matches()) {
            return objects(Long.parseLong(objects.group(1))).answer(knownTag, encodings);
        }
        return Answer.notFound();
    }

    private Answer sharedState(String knownTag, String encodings) {
        try {
            return state.document()
                    .map(document -> document.answer(knownTag, encodings))
                    .orElseGet(() -> Answer.unavailable("The state is being collected; try again."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.unavailable("The server is about to stop.");
        }
    }

    private byte[] state() {
        return written(out -> writer.json(runtime.snapshot(MOST), out));
    }

    /** The contexts with greater ids than this one. */
    private Document contexts(String device, long after) {
        return Document.of(JSON, written(out -> writer.json(runtime.contexts(device, after, PAGE), out)));
    }

    private Document objects(long contextId) {
        return Document.of(JSON, written(out -> writer.json(runtime.objects(contextId, MAX_OBJECTS), out)));
    }

    private interface Content {

        void writeTo(Writer out) throws IOException;
    }

    private static byte[] written(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory fails", e);
        }
        return bytes.toByteArray();
    }
}
