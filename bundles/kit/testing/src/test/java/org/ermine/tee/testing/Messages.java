// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Messages of words. */
final class Messages {

    private Messages() {}

    static ByteBuffer of(int... words) {
        ByteBuffer message = ByteBuffer.allocate(Integer.BYTES * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            message.putInt(word);
        }
        return message.flip();
    }
}
