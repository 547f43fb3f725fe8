// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.zip.CRC32;

/** What an answer says: who gave it, and that it saw this request and no other. */
public final class Content {

    private Content() {}

    /** @param who the generation that answers */
    public static long of(long number, byte[] payload, int who) {
        CRC32 crc = new CRC32();
        crc.update(payload);
        return crc.getValue() ^ Long.rotateLeft(number * 0x9E3779B97F4A7C15L, 17) ^ (long) who << 32;
    }
}
