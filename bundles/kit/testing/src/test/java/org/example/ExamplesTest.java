// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.testing.ErmineExtension;
import org.ermine.tee.testing.Fault;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples in the pages for authors. */
class ExamplesTest {

    @RegisterExtension
    static final ErmineExtension ERMINE = ErmineExtension.with(new SumService(), new Wrapper(), new DoubleHandler());

    @Test
    void theClientGetsTheSum(InMemoryTee tee) throws TeeException {
        try (TeeObject service = tee.openService(5000)) {
            assertEquals(42, new SumClient(service).sum(40, 2));
        }
    }

    @Test
    void theClientIsToldWhenItsContextIsClosed(TeeContext context, InMemoryTee tee) throws TeeException {
        SumClient client = new SumClient(ClientEnv.register(context).open(5000));
        tee.inject(Point.BEFORE_MARSHALLING, Fault.closeContext(context));
        assertThrows(TeeException.class, () -> client.sum(40, 2));
    }

    @Test
    void theHandlerDoubles(InMemoryTee tee) throws TeeException {
        ByteBuffer message = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(0, 1).putInt(4, 21);
        assertEquals(42, tee.request(0x4000, message).getInt(4));
    }

    @Test
    void aLostRequestTimesOutAndTheNextIsAnswered(InMemoryTee tee) throws TeeException {
        ByteBuffer message = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(0, 1).putInt(4, 21);
        tee.inject(Point.PROCESSING, Fault.drop());
        assertThrows(TeeException.class, () -> tee.request(0x4000, message, Duration.ofMillis(100)));
        assertEquals(42, tee.request(0x4000, message).getInt(4));
    }

    @Test
    void theWrapperUnwrapsWhatItWrapped(InMemoryTee tee) throws TeeException {
        byte[] wrapped = new byte[3];
        byte[] unwrapped = new byte[3];
        try (TeeObject wrapper = tee.openApplication("wrapper")) {
            wrapper.invoke(0, new Arguments().in(new byte[] {1, 2, 3}).out(wrapped));
            wrapper.invoke(0, new Arguments().in(wrapped).out(unwrapped));
        }
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), ByteBuffer.wrap(unwrapped));
    }
}
