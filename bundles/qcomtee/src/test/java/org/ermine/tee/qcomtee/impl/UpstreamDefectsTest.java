// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Linux drivers once did wrong at the edges of a request, or are blamed for in review. */
@Timeout(20)
class UpstreamDefectsTest {

    private static final int OP = 0x200;
    private static final int DEFUNCT = -90;
    private static final int UNAVAIL = -96;

    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
    }

    /** Operation {@code OP + n} calls the client's object 7 back with operation n. */
    private void callBack() throws TeeException {
        int name = client.export(7);
        for (int n = 0; n < 4; n++) {
            int op = n;
            device.world.on(OP + n, stay -> stay.callback(name, op), stay -> stay.finish(stay.callbackResult()));
        }
    }

    /** Operation {@code OP} calls object 7, the first that was exported, back with these counts and arguments. */
    private void callBackWith(String countsAndArguments) {
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 0
                stay -> stay.callback("00000000 01000080 00000000" + countsAndArguments),
                stay -> stay.finish(stay.callbackResult()));
    }

    private void close() throws Exception {
        device.releaseExports();
        device.close();
    }

    private static void assertErrno(Errno expected, Executable action) {
        assertEquals(expected, assertThrows(TeeException.class, action).errno().orElseThrow());
    }

    @Test
    @DisplayName("FIX-4: the last of as many objects as a receiver has room for is bad: all others are taken back")
    void fullRequest() throws Exception {
        callBack();
        device.open().export(9);
        StringBuilder objects = new StringBuilder();
        for (int name = 0x41; name < 0x41 + 14; name++) {
            objects.append(Integer.toHexString(name)).append("000000 00000000");
        }
        callBackWith("000f0000" + objects + "02000080 00000000");
        Background<Integer> invocation = client.call(OP);
        assertFalse(client.context.receive(new SupplicantRequest(15, 0), 0));
        assertEquals(UNAVAIL, invocation.get());
        for (int name = 0x41; name < 0x41 + 14; name++) {
            assertEquals(name, device.world.nextRelease());
        }
        assertEquals(0, client.context.objects().table().size());
        close();
    }

    @Test
    @DisplayName("FIX-4: the last of as many parameters as there is room for is bad: nothing is handed over")
    void fullParameters() throws Exception {
        TeeParams params = new TeeParams(15);
        for (int i = 0; i < 14; i++) {
            params.add().object(Type.OBJREF_INPUT, i, TeeParam.FLAG_USER);
        }
        params.add().object(Type.OBJREF_INPUT, 1234, TeeParam.FLAG_TEE);
        assertErrno(Errno.EINVAL, () -> client.invoke(OP, params));
        assertFalse(params.isHandedOver());
        assertEquals(1, client.host.references());
        assertNull(client.poll(), "a release was announced");
        close();
    }

    @Test
    @DisplayName("FIX-7: nobody answers, and closing ends all the same; releases need no context of a client")
    void nobodyAnswers() throws Exception {
        client.newObject(0x10);
        callBack();
        Background<Integer> processing = client.call(OP + 1);
        client.receive();
        Background<Integer> queued = client.call(OP + 2);
        Background<Integer> interrupted = client.call(OP + 3);
        interrupted.thread.interrupt();
        assertEquals(DEFUNCT, interrupted.get());
        assertEquals(0, device.world.otherReleases().size());
        client.close();
        assertEquals(DEFUNCT, processing.get());
        assertEquals(DEFUNCT, queued.get());
        assertEquals(0x10, device.world.nextRelease());
        close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 63, 1L << 62, 1L << 32, 1L << 31, -2, Long.MIN_VALUE | 1})
    @DisplayName("FIX-9: bits of an object's id make no other caller: such an id names nothing, and nothing is sent")
    void strangeIds(long bits) throws Exception {
        AtomicInteger sent = new AtomicInteger();
        device.world.on(OP, stay -> sent.incrementAndGet());
        device.world.on(8, stay -> sent.incrementAndGet());
        long id = client.newObject(0x10);
        assertErrno(Errno.EINVAL, () -> client.invoke(id | bits, OP, Params.none()));
        assertErrno(Errno.EINVAL, () -> client.invoke(id | bits, 8, Params.none()));
        assertErrno(
                Errno.EINVAL,
                () -> client.invoke(OP, new Params().tee(id | bits).build()));
        assertEquals(0, sent.get());
        assertEquals(0, client.invoke(id, OP, Params.none()));
        assertEquals(1, sent.get());
        close();
    }

    @Test
    @DisplayName("SEL-12: a delivery that fails halfway fails its request, and the next one is delivered")
    void failedDelivery() throws Exception {
        callBack();
        // Counts: 1 input, 1 input object; input at 32, 8 bytes; input object 0x41.
        callBackWith("01010000 20000000 08000000 41000000 00000000");
        Background<Integer> invocation = client.call(OP);
        Background<Integer> next = client.call(OP + 1);
        SupplicantRequest broken = new SupplicantRequest(2, 8);
        broken.room().limit(0);
        assertThrows(IndexOutOfBoundsException.class, () -> client.context.receive(broken, 0));
        assertEquals(UNAVAIL, invocation.get());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
        client.context.send(client.receive().id(), 11, Params.none());
        assertEquals(11, next.get());
        close();
    }

    @Test
    @DisplayName("REQ-14: a supplicant thread that is a client too waits for another thread, or, being alone, until"
            + " interrupted")
    void clientAndSupplicant() throws Exception {
        callBack();
        Background<Integer> first = client.call(OP + 1);
        int[] results = new int[2];
        Background<Boolean> both = Background.start(() -> {
            SupplicantRequest request = client.receive();
            results[0] = client.invoke(OP + 2, Params.none());
            results[1] = client.invoke(OP + 3, Params.none());
            boolean interrupted = Thread.interrupted();
            client.context.send(request.id(), 11, Params.none());
            return interrupted;
        });
        client.awaitQueued();
        client.context.send(client.receive().id(), 22, Params.none());
        client.awaitQueued();
        Awaitility.await().until(() -> both.thread.getState() == Thread.State.TIMED_WAITING);
        assertFalse(both.isDone());
        both.thread.interrupt();
        assertTrue(both.get(), "the interrupt got lost");
        assertEquals(22, results[0]);
        assertEquals(DEFUNCT, results[1]);
        assertEquals(11, first.get());
        close();
    }
}
