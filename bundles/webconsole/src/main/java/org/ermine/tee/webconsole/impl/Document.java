// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Content with its tag, as it is and compressed, ready for any number of browsers. Immutable. */
final class Document {

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int TAG_BYTES = 12;
    private static final byte[] NOTHING = {};

    private final String type;
    private final byte[] content;
    private final byte[] compressed;
    private final String tag;

    private Document(String type, byte[] content, String tag) {
        this.type = type;
        this.content = content;
        this.tag = tag;
        compressed = compress(content);
    }

    static Document of(String type, byte[] content) {
        return new Document(type, content, tag(content));
    }

    /** This one if the content is the same. */
    Document with(byte[] newContent) {
        String newTag = tag(newContent);
        return newTag.equals(tag) ? this : new Document(type, newContent, newTag);
    }

    /**
     * @param knownTag the tag of the content that the browser has, or {@code null}
     * @param encodings what the browser can decode, as it says itself, or {@code null}
     */
    Answer answer(String knownTag, String encodings) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ETag", tag);
        headers.put("Vary", "Accept-Encoding");
        if (tag.equals(knownTag)) {
            return Answer.of(NOT_MODIFIED, headers, NOTHING);
        }
        headers.put("Content-Type", type);
        if (encodings == null || !encodings.contains("gzip")) {
            return Answer.of(OK, headers, content);
        }
        headers.put("Content-Encoding", "gzip");
        return Answer.of(OK, headers, compressed);
    }

    /** A weak one: the same for both encodings. */
    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "W/\"" + HexFormat.of().formatHex(Arrays.copyOf(digest, TAG_BYTES)) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] compress(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory fails", e);
        }
        return bytes.toByteArray();
    }
}
