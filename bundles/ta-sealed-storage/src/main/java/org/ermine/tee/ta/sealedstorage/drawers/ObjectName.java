// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Names of objects as clients send them. */
public final class ObjectName {

    private ObjectName() {}

    public static String decode(ByteBuffer utf8) throws TeeException {
        int size = utf8.remaining();
        if (size == 0 || size > SealedStorageProtocol.MAX_NAME_BYTES) {
            throw invalid("it has " + size + " bytes, not 1 to " + SealedStorageProtocol.MAX_NAME_BYTES);
        }
        try {
            String name = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
            if (name.codePoints().anyMatch(Character::isISOControl)) {
                throw invalid("it contains a control character");
            }
            return name;
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8");
        }
    }

    private static TeeException invalid(String reason) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_INVALID_NAME), "object name: " + reason);
    }
}
