// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.qtee.emulator.normalworld.NormalHandle;
import org.ermine.tee.qtee.emulator.normalworld.NormalReference;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is left of objects of which the first gets an id, and the second is refused by a table that is full, whose log
 * fails.
 */
class BrokenOffTest {

    private static final String OWNER = "client (uid 1)";
    private static final int NORMAL_OBJECT = 0x80000001;

    private final CallPool calls = new CallPool(number -> {
        throw new AssertionError("nothing is invoked");
    });
    private final OwnerShares shares = new OwnerShares("objects", 100, "none");
    private final DomainObjectTable objects = new DomainObjectTable(
            1, shares, new SecureHeap(1 << 20), calls, (op, arguments) -> {}, new RepeatLog(line -> {
                throw new OutOfMemoryError("thrown by the test");
            }));
    private final Domain domain = new Domain("service", objects);
    private final AsyncReleases releases = new AsyncReleases();
    private final TestMemory memory = new TestMemory();
    private final NormalWorld world = new NormalWorld(memory, calls, releases);
    private final CountingTarget first = new CountingTarget();
    private final CountingTarget second = new CountingTarget();

    private Client client;
    private long used;

    @BeforeEach
    void enter() throws TeeException {
        client = Client.enter(new TrustedClient(1, "client"), null, shares, new RepeatLog(line -> {}));
        used = shares.used(OWNER);
    }

    private void assertNothingIsLeft() {
        assertEquals(0, objects.live(), "ids that nobody knows");
        assertEquals(used, shares.used(OWNER), "what counts for the client");
    }

    @Test
    @DisplayName(
            "ERM-29: given objects that are returned, when their export breaks off, then the client has none of them")
    void returnedObjects() {
        CallObjects callObjects = new CallObjects(world, objects);
        InboundMessage message = new InboundMessage();
        ByteBuffer bytes =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 2 << 12);
        assertEquals(ResultCodes.OK, message.read(bytes, 0, bytes.capacity(), 0));
        callObjects.setOutput(0, first);
        callObjects.setOutput(1, second);

        assertThrows(
                OutOfMemoryError.class, () -> callObjects.export(message, ResultCodes.OK, new Hosting(client, domain)));
        callObjects.end(message);

        assertNothingIsLeft();
        assertEquals(1, first.releases());
        assertEquals(1, second.releases());
    }

    @Test
    @DisplayName(
            "ERM-29: given objects that are passed to a callback, when their export breaks off, then the client has "
                    + "none of them")
    void objectsOfACallback() {
        OutgoingCallback callback = new OutgoingCallback(world, objects, releases);
        callback.attach(new Outbound(memory.allocate(4096)));
        Arguments request = new Arguments().in(first).in(second);

        assertThrows(OutOfMemoryError.class, () -> callback.callBack(NORMAL_OBJECT, 0, request, domain, client));

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("ERM-29: given objects of the normal world in a request, when their release breaks off, then each is"
            + " released once, and the next request goes on")
    void objectsOfTheNormalWorld() throws TeeException {
        NormalWorld broken = new NormalWorld(memory, calls, null);
        RequestObjects requested = new RequestObjects(broken, objects);
        List<NormalHandle> handles = List.of(new NormalHandle(NORMAL_OBJECT), new NormalHandle(NORMAL_OBJECT + 1));
        for (NormalHandle handle : handles) {
            NormalReference reference = new NormalReference(world, handle, domain);
            requested.export(reference, domain, client);
            reference.close();
        }

        assertThrows(NullPointerException.class, requested::answered);

        handles.forEach(handle -> assertThrows(IllegalStateException.class, handle::release));
        requested.answered();
    }

    /** A call that has an outbound buffer, and does not get as far as to use anything else. */
    private record Outbound(long outboundAddress) implements SecureCall {

        @Override
        public int outboundSize() {
            return 4096;
        }

        @Override
        public long inboundAddress() {
            throw new AssertionError("nothing is invoked");
        }

        @Override
        public int inboundSize() {
            throw new AssertionError("nothing is invoked");
        }

        @Override
        public void respond(int result, int type) {
            throw new AssertionError("nothing is invoked");
        }

        @Override
        public void serveCallback() {
            throw new AssertionError("the request is not sent");
        }
    }
}
