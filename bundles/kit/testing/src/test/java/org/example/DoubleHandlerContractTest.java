// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.contract.ListenerHandlerContract;

class DoubleHandlerContractTest extends ListenerHandlerContract {
    @Override
    protected ListenerHandler handler() {
        return new DoubleHandler();
    }

    @Override
    protected void putRequest(ByteBuffer message) {
        message.putInt(1).putInt(21);
    }

    @Override
    protected void checkAnswer(ByteBuffer message) {
        assertEquals(42, message.getInt(4));
    }
}
