// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.time.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.contract.ListenerHandlerContract;

class TimeHandlerContractTest extends ListenerHandlerContract {

    @Override
    protected ListenerHandler handler() {
        return new TimeHandler(Clock.fixed(Instant.ofEpochMilli(1_234_567), ZoneOffset.UTC));
    }

    @Override
    protected void putRequest(ByteBuffer message) {
        message.putInt(TimeHandler.GET_MILLISECONDS);
    }

    @Override
    protected void checkAnswer(ByteBuffer message) {
        assertEquals(1_234_567, message.getLong(4));
    }
}
