// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Keys of objects as whoever keeps the store sends them: the name of a drawer, a zero byte, and the name of an object.
 */
public final class StoredKey {

    private static final byte SEPARATOR = 0;

    private StoredKey() {}

    public static String decode(ByteBuffer utf8) throws TeeException {
        int separator = utf8.position();
        while (separator < utf8.limit() && utf8.get(separator) != SEPARATOR) {
            separator++;
        }
        if (separator == utf8.position() || separator == utf8.limit()) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_INVALID_NAME), "object key: it has no drawer or no name");
        }
        int size = separator - utf8.position();
        String drawer = ObjectName.decode(utf8.slice(utf8.position(), size));
        String name = ObjectName.decode(utf8.slice(separator + 1, utf8.limit() - separator - 1));
        return new Drawer(drawer).key(name);
    }
}
