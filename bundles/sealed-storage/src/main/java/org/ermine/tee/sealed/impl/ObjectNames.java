// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Names of objects, as the TA wants them. */
final class ObjectNames {

    private ObjectNames() {}

    static byte[] encode(String name) throws SealedStorageException {
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw invalid("it must not contain control characters");
        }
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            if (!utf8.hasRemaining()) {
                throw invalid("it is empty");
            }
            if (utf8.remaining() > SealedStorageProtocol.MAX_NAME_BYTES) {
                throw invalid("it has " + utf8.remaining() + " bytes in UTF-8, " + SealedStorageProtocol.MAX_NAME_BYTES
                        + " are allowed");
            }
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw invalid("it is no Unicode text");
        }
    }

    private static SealedStorageException invalid(String reason) {
        return new SealedStorageException(Reason.INVALID_NAME, "this cannot be the name of a sealed object: " + reason);
    }
}
