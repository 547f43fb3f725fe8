// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.attributes;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What clients say of their objects, which is kept in the index. */
public final class Descriptions {

    private Descriptions() {}

    public static Bytes decode(ByteBuffer bytes) throws TeeException {
        if (bytes.remaining() > SealedStorageProtocol.MAX_DESCRIPTION_BYTES) {
            throw new TeeException(
                    TeeResult.SIZE_IN,
                    "a description has at most " + SealedStorageProtocol.MAX_DESCRIPTION_BYTES + " bytes, not "
                            + bytes.remaining());
        }
        return Bytes.read(bytes, bytes.remaining());
    }
}
