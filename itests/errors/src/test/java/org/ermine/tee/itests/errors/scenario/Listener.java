// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors.scenario;

import java.nio.ByteBuffer;
import java.util.Map;
import org.ermine.tee.supplicant.ListenerHandler;

/** Answers each message with itself. */
final class Listener implements ListenerHandler {

    static final int ID = 0x4000;

    static final Map<String, Object> PROPERTIES = Map.of(ListenerHandler.ID, ID, ListenerHandler.BUFFER_SIZE, 4096);

    @Override
    public void handle(ByteBuffer message) {
        message.putInt(0, message.getInt(0) + 1);
    }
}
