// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** Names of trusted applications: 1 to {@value #MAX_LENGTH} letters, digits, and {@code . _ -}. */
public final class AppName {

    public static final int MAX_LENGTH = 63;

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_LENGTH + "}");

    private AppName() {}

    public static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }

    /** Reads a name as clients pass it, with or without a final NUL. */
    public static String read(ByteBuffer input) throws TeeException {
        String name = StandardCharsets.ISO_8859_1.decode(input).toString();
        if (name.endsWith("\0")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!isValid(name)) {
            throw new TeeException(TeeResult.INVALID, "input 0 is no name of an application");
        }
        return name;
    }
}
