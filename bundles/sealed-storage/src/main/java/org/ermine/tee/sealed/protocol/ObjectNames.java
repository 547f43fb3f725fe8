// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Names of objects and of drawers, as the TA wants them. */
public final class ObjectNames {

    private static final int LONGEST_SHOWN = SealedStorageProtocol.MAX_NAME_BYTES;

    private static final byte SEPARATOR = 0;

    private ObjectNames() {}

    /** The name of an object. */
    public static byte[] encode(String name) throws SealedStorageException {
        return encode(name, "a sealed object");
    }

    /** The name of a drawer. */
    public static byte[] encodeDrawer(String name) throws SealedStorageException {
        return encode(name, "a drawer");
    }

    private static byte[] encode(String name, String named) throws SealedStorageException {
        if (Objects.requireNonNull(name, "name").codePoints().anyMatch(Character::isISOControl)) {
            throw invalid(name, named, "it must not contain control characters");
        }
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            if (!utf8.hasRemaining()) {
                throw invalid(name, named, "it is empty");
            }
            if (utf8.remaining() > SealedStorageProtocol.MAX_NAME_BYTES) {
                throw invalid(
                        name,
                        named,
                        "it has " + utf8.remaining() + " bytes in UTF-8, " + SealedStorageProtocol.MAX_NAME_BYTES
                                + " are allowed");
            }
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw invalid(name, named, "it is no Unicode text");
        }
    }

    /** What the TA knows an object of a drawer by, for whoever keeps the store. */
    public static byte[] key(String drawer, String name) throws SealedStorageException {
        byte[] before = encodeDrawer(Objects.requireNonNull(drawer, "drawer"));
        byte[] utf8 = encode(name);
        return ByteBuffer.allocate(before.length + 1 + utf8.length)
                .put(before)
                .put(SEPARATOR)
                .put(utf8)
                .array();
    }

    /**
     * A name for a message, in quotes. What would not be seen in it, or would break or turn its line, is written as in
     * Java's source; what is longer than any valid name is cut.
     */
    public static String quote(String name) {
        int length = name.codePointCount(0, name.length());
        return length > LONGEST_SHOWN
                ? "'" + shown(name.substring(0, name.offsetByCodePoints(0, LONGEST_SHOWN))) + "...'"
                : "'" + shown(name) + "'";
    }

    /** A text for a message, whole and without quotes; what would not be seen in it is written as in a name. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(codePoint -> append(shown, codePoint));
        return shown.toString();
    }

    private static void append(StringBuilder shown, int codePoint) {
        if (isShown(codePoint)) {
            shown.appendCodePoint(codePoint);
        } else {
            Character.toString(codePoint)
                    .chars()
                    .forEach(unit -> shown.append(String.format(Locale.ROOT, "\\u%04x", unit)));
        }
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static SealedStorageException invalid(String name, String named, String reason) {
        return new SealedStorageException(
                Reason.INVALID_NAME, quote(name) + " cannot be the name of " + named + ": " + reason);
    }
}
