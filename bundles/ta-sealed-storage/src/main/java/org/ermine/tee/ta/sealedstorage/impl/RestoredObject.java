// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.attributes.Associations;
import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.attributes.Descriptions;
import org.ermine.tee.ta.sealedstorage.drawers.StoredKey;

/**
 * What whoever keeps the store says of an object that is restored.
 *
 * @param description what its client says of it
 * @param association what has to be said again by whoever wants to read it, as a digest; empty if nothing has
 */
record RestoredObject(String key, Bytes description, Bytes association) {

    static RestoredObject decode(ByteBuffer input) throws TeeException {
        ByteBuffer record = input.slice().order(ByteOrder.LITTLE_ENDIAN);
        String key = StoredKey.decode(part(record));
        RestoredObject object =
                new RestoredObject(key, Descriptions.decode(part(record)), Associations.decode(part(record)));
        if (record.hasRemaining()) {
            throw wrongSize(input);
        }
        return object;
    }

    private static ByteBuffer part(ByteBuffer record) throws TeeException {
        if (record.remaining() < Short.BYTES) {
            throw wrongSize(record);
        }
        int size = Short.toUnsignedInt(record.getShort());
        if (size > record.remaining()) {
            throw wrongSize(record);
        }
        ByteBuffer part = record.slice(record.position(), size);
        record.position(record.position() + size);
        return part;
    }

    private static TeeException wrongSize(ByteBuffer record) {
        return new TeeException(
                TeeResult.SIZE_IN, "an object to be restored does not end with its " + record.limit() + " bytes");
    }
}
