// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Errors at each step that an invocation takes outside of this bundle. {@link TestDevice#close} proves that nothing is
 * left.
 */
@Timeout(60)
class ErrorsTest {

    private static final int OP = 0x20;

    private final TestDevice device = new TestDevice();
    private TestDevice.Client client;

    @BeforeEach
    void open() throws TeeException {
        client = device.open();
    }

    @AfterEach
    void close() throws Exception {
        client.host.onRetain = () -> {};
        client.host.onQueued = () -> {};
        client.host.onAwaiting = () -> {};
        assertUsable();
        client.drain();
        device.releaseExports();
        client.drain();
        client.close();
        device.close();
    }

    /** The next invocation of this thread finds everything as if nothing had happened. */
    private void assertUsable() throws Exception {
        device.world.on(OP, stay -> stay.finish(0));
        assertEquals(0, client.invoke(OP, new Params().in("0102030405060708").build()));
    }

    private int callbackObjectsHeld() {
        ContextDTO dto = new ContextDTO();
        client.context.describe(dto);
        return dto.callbackObjects;
    }

    private static Runnable failAt(int call) {
        int[] calls = new int[1];
        return () -> {
            if (++calls[0] == call) {
                throw new OutOfMemoryError("at call " + call);
            }
        };
    }

    private static TeeParams callbackObjects() {
        return new Params().user(1).user(2).user(3).in("01").build();
    }

    @Test
    @DisplayName(
            "ERM-29, ERM-7: given an Error while any of the objects of a message is made, then none of them is left")
    void objects() {
        device.world.on(OP, stay -> stay.finish(0));
        for (int at = 1; at <= 3; at++) {
            client.host.onRetain = failAt(at);
            assertThrows(OutOfMemoryError.class, () -> client.invoke(OP, callbackObjects()));
            assertEquals(1, client.host.references(), "references after an Error at " + at);
            assertEquals(0, callbackObjectsHeld(), "callback objects after an Error at " + at);
        }
    }

    @Test
    @DisplayName("ERM-29: given an Error while memory is passed on, then its reference is given back")
    void memory() throws Exception {
        device.world.on(OP, stay -> stay.finish(0));
        long id = client.host.add(device.memory.allocate(4096));
        client.host.onRetain = failAt(1);
        assertThrows(
                OutOfMemoryError.class,
                () -> client.invoke(OP, new Params().memory(id).build()));
        client.host.free(id);
        assertEquals(0, device.memory.statistics().regions);
    }

    @Test
    @DisplayName(
            "ERM-29: given an Error out of the secure world, before, between and after callbacks, then nothing is left")
    void secureWorld() {
        SecureWorld.Step broken = stay -> {
            throw new StackOverflowError();
        };
        SecureWorld.Step callback = stay -> stay.callback(Wire.OBJECT_PRIMORDIAL, 1);
        device.world.on(OP, broken);
        device.world.on(OP + 1, callback, broken);
        device.world.on(OP + 2, callback, callback, broken);
        for (int op = OP; op <= OP + 2; op++) {
            int present = op;
            assertThrows(StackOverflowError.class, () -> client.invoke(present, callbackObjects()));
        }
    }

    @Test
    @DisplayName("ERM-29: given a channel that throws a checked exception that it does not declare, then the objects of"
            + " the message count as handed over, and their client is told of their ends")
    void undeclaredException() throws Exception {
        device.world.on(OP, stay -> ErrorsTest.<RuntimeException>raise(new IOException("thrown by the test")));
        TeeParams params = callbackObjects();
        assertThrows(IOException.class, () -> client.invoke(OP, params));
        assertTrue(params.isHandedOver(), "the channel may have handed the message over");
        assertEquals(3, callbackObjectsHeld(), "callback objects whose ends are to be told");
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    @DisplayName("ERM-29: given an Error while a request is announced or waited for, then nobody finds it queued")
    void requests() throws Exception {
        int name = client.export(5);
        device.world.on(OP, stay -> stay.callback(name, 3), stay -> stay.finish(0));
        client.host.onQueued = failAt(1);
        assertThrows(OutOfMemoryError.class, () -> client.invoke(OP, Params.none()));
        client.host.onQueued = () -> {};
        client.host.onAwaiting = failAt(1);
        assertThrows(OutOfMemoryError.class, () -> client.invoke(OP, callbackObjects()));
        assertNull(client.poll(), "a request whose client is gone");
    }

    @Test
    @DisplayName("ERM-29: given objects whose end fails with an Error, then the buffers and the other objects are given"
            + " back")
    void endOfObjects() throws Exception {
        device.world.on(OP, stay -> {
            for (int i = 0; i < 3; i++) {
                device.tee.transport().exports().release(stay.argument(i + 1, 0));
            }
            stay.finish(0);
        });
        client.host.onQueued = failAt(2);
        assertThrows(OutOfMemoryError.class, () -> client.invoke(OP, callbackObjects()));
        assertEquals(0, device.memory.statistics().buffersInUse);
        client.host.onQueued = () -> {};
        client.drain();
        assertEquals(1, client.host.references());
        assertEquals(0, callbackObjectsHeld());
    }

    @Test
    @DisplayName("ERM-29: given a buffer that cannot be had, then the other one is given back")
    void buffers() throws Exception {
        long id = client.host.add(device.memory.register(ByteBuffer.allocateDirect(16)));
        TeeParams tooLarge = new Params().in(new byte[32 << 20]).build();
        assertThrows(TeeException.class, () -> client.invoke(OP, tooLarge));
        assertEquals(0, device.memory.statistics().buffersInUse);
        client.host.free(id);
    }
}
