// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.support;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a handler threw, as text: class, message and where it happened. */
public final class ThrownText {

    private static final int FRAMES = 8;

    private ThrownText() {}

    /** A handler's exception may itself throw when asked. */
    public static String of(Throwable thrown) {
        try {
            return thrown.getClass().getName() + ": " + thrown.getMessage() + origin(thrown.getStackTrace());
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName() + ", which cannot be described";
        }
    }

    private static String origin(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(", ", " (at ", ")"));
    }
}
