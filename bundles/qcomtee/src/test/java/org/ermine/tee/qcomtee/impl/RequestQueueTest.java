// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.PendingAccess;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operation {@code OP + n} calls the client's object 7 back with operation n and returns the result as its own. */
@Timeout(20)
class RequestQueueTest {

    private static final int OP = 0x200;
    private static final int DEFUNCT = -90;
    private static final int UNAVAIL = -96;
    private static final int TIMEOUT = -103;

    private TestDevice device;
    private TestDevice.Client client;
    private int name;

    @BeforeEach
    void open() throws Exception {
        open(TimeUnit.SECONDS.toNanos(20));
    }

    private void open(long callbackNanos) throws Exception {
        device = new TestDevice(SecureWorld.Mode.NESTED, TestDevice.limits(callbackNanos));
        client = device.open();
        name = client.export(7);
        for (int n = 0; n < 20; n++) {
            int op = n;
            device.world.on(OP + n, stay -> stay.callback(name, op), stay -> stay.finish(stay.callbackResult()));
        }
    }

    /** The callback of operation {@code OP} has these counts and arguments. */
    private void callback(String countsAndArguments) {
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 0
                stay -> stay.callback("00000000 01000080 00000000" + countsAndArguments),
                stay -> stay.finish(stay.callbackResult()));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        client.close();
        device.close();
    }

    /** Invokes on another thread; on return the request is queued. */
    private Background<Integer> invoke(int n) throws InterruptedException {
        return client.call(OP + n);
    }

    private static void assertErrno(Errno expected, Executable action) {
        assertEquals(expected, assertThrows(TeeException.class, action).errno().orElseThrow());
    }

    private void assertRefused(long id) {
        assertErrno(Errno.EINVAL, () -> client.context.send(id, 0, Params.none()));
    }

    private String[] states() {
        ContextDTO dto = new ContextDTO();
        client.context.describe(dto);
        return Stream.of(dto.requests)
                .map(request -> request.op + " " + request.state)
                .toArray(String[]::new);
    }

    @Test
    @DisplayName("ERM-29, SEL-6: given a delivery that breaks off where it takes objects back, then the client of the"
            + " request goes on, and the objects are given back")
    void deliveryThatBreaksOff() throws Exception {
        assertEquals(0x80000002, device.open().export(8));
        // Counts: 2 input objects; input object 0x41; input object 0x80000002.
        callback("00020000 41000000 00000000 02000080 00000000");
        Background<Integer> invocation = invoke(0);
        BrokenSlot broken = new BrokenSlot(device, client);
        assertThrows(NullPointerException.class, client::receive);
        broken.mend();
        broken.close();

        assertEquals(UNAVAIL, invocation.get());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
    }

    @Test
    @DisplayName(
            "REQ-1, REQ-2, REQ-6, SUB-7: a request is queued, processed and answered, with the answer as its result")
    void lifeCycle() throws Exception {
        Background<Integer> invocation = invoke(3);
        assertEquals(List.of("3 QUEUED"), List.of(states()));
        SupplicantRequest request = client.receive();
        assertSame(invocation.thread, request.client(), "the thread that waits");
        assertEquals(List.of("3 PROCESSING"), List.of(states()));
        assertTrue(client.context.isAwaited(request.id()));
        client.context.send(request.id(), 33, Params.none());
        assertEquals(33, invocation.get());
        assertEquals(0, states().length);
        assertFalse(client.context.isAwaited(request.id()));
        Background<Integer> next = invoke(4);
        SupplicantRequest second = client.receive();
        assertEquals((int) request.id(), (int) second.id(), "the place of an answered request is free");
        client.context.send(second.id(), 44, Params.none());
        assertEquals(44, next.get());
    }

    @Test
    @DisplayName("REQ-4, SEL-2: requests and releases are received in the order in which they were queued")
    void order() throws Exception {
        List<Background<Integer>> invocations = new ArrayList<>();
        int[] names = {client.export(20), client.export(21)};
        for (int n = 1; n <= 6; n++) {
            invocations.add(invoke(n));
            if (n % 3 == 0) {
                device.tee.transport().exports().release(names[n / 3 - 1]);
                client.awaitQueued();
            }
        }
        List<String> received = new ArrayList<>();
        for (SupplicantRequest next = client.poll(); next != null; next = client.poll()) {
            received.add(next.isRelease() ? "release of " + next.object() : "op " + next.op());
            if (!next.isRelease()) {
                client.context.send(next.id(), next.op(), next.params());
            }
        }
        assertEquals(
                List.of("op 1", "op 2", "op 3", "release of 20", "op 4", "op 5", "op 6", "release of 21"), received);
        for (int n = 1; n <= 6; n++) {
            assertEquals(n, invocations.get(n - 1).get());
        }
    }

    @Test
    @DisplayName("SEL-2: without a request, receive waits no longer than it is told to")
    void nothingToReceive() throws Exception {
        SupplicantRequest request = new SupplicantRequest(1, 1);
        assertFalse(client.context.receive(request, 0));
        long start = System.nanoTime();
        assertFalse(client.context.receive(request, TimeUnit.MILLISECONDS.toNanos(20)));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    @DisplayName("SEL-2: an interrupted receive takes nothing")
    void interruptedReceive() throws Exception {
        Background<SupplicantRequest> receiver = Background.start(client::receive);
        receiver.thread.interrupt();
        assertThrows(InterruptedException.class, receiver::get);
        Background<Integer> invocation = invoke(1);
        client.context.send(client.receive().id(), 11, Params.none());
        assertEquals(11, invocation.get());
    }

    @Test
    @DisplayName("REQ-7, TRAP-15: a client interrupted while QUEUED is gone at once, and nobody sees its request")
    void interruptedWhileQueued() throws Exception {
        // Counts: 1 input object; input object 0x41.
        callback("00010000 41000000 00000000");
        Background<Integer> invocation = invoke(0);
        invocation.thread.interrupt();
        assertEquals(DEFUNCT, invocation.get());
        assertNull(client.poll());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, states().length);
    }

    @Test
    @DisplayName("REQ-5: an interrupted client gets its interrupt status back, and waits for no further callback")
    void interruptStatus() throws Exception {
        device.world.on(
                OP,
                stay -> stay.callback(name, 1),
                stay -> stay.callback(name, 2),
                stay -> stay.finish(stay.callbackResult()));
        Background<Boolean> invocation = Background.start(() -> {
            assertEquals(DEFUNCT, client.invoke(OP, Params.none()));
            return Thread.interrupted();
        });
        client.awaitQueued();
        invocation.thread.interrupt();
        assertTrue(invocation.get(), "the interrupt got lost");
        assertNull(client.poll());
    }

    @Test
    @DisplayName(
            "REQ-8, REQ-10, SUB-2: a client interrupted while PROCESSING leaves its id reserved, for one late answer")
    void interruptedWhileProcessing() throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest request = client.receive();
        invocation.thread.interrupt();
        assertEquals(DEFUNCT, invocation.get());
        assertFalse(client.context.isAwaited(request.id()));
        Background<Integer> next = invoke(2);
        SupplicantRequest second = client.receive();
        assertTrue((int) second.id() != (int) request.id(), "the place of the id was used again");
        assertRefused(request.id());
        assertRefused(request.id());
        Background<Integer> last = invoke(3);
        SupplicantRequest third = client.receive();
        assertEquals((int) request.id(), (int) third.id(), "the reservation ends with the late answer");
        client.context.send(second.id(), 22, Params.none());
        client.context.send(third.id(), 33, Params.none());
        assertEquals(22, next.get());
        assertEquals(33, last.get());
        assertEquals(0, states().length);
    }

    @Test
    @DisplayName("SEL-3, REQ-8: a client that is held while its memory is copied leaves afterwards")
    void interruptedWhileHeld() throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest request = client.receive();
        BooleanSupplier copied = PendingAccess.beginCopy(client.requests(), request.id());
        invocation.thread.interrupt();
        awaitHeld(invocation);
        assertFalse(copy(request.id()), "held twice");
        assertRefused(request.id());
        assertTrue(copied.getAsBoolean());
        assertEquals(DEFUNCT, invocation.get());
        assertFalse(copy(request.id()), "held after it left");
        assertRefused(request.id());
    }

    @Test
    @DisplayName("SEL-3, CTX-5: a client that is held while its context closes leaves afterwards")
    void closedWhileHeld() throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest request = client.receive();
        BooleanSupplier copied = PendingAccess.beginCopy(client.requests(), request.id());
        client.close();
        awaitHeld(invocation);
        assertTrue(copied.getAsBoolean());
        assertEquals(DEFUNCT, invocation.get());
        assertFalse(copy(request.id()), "held after it left");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-20, ERM-4: given a copy that hangs when its client is interrupted or its context closes then it leaves"
                    + " the copy behind, and the late end of that changes nothing")
    void aCopyThatHangs(boolean closes) throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest request = client.receive();
        BooleanSupplier copied = PendingAccess.beginCopy(client.requests(), request.id());
        if (closes) {
            client.close();
        } else {
            invocation.thread.interrupt();
        }
        assertEquals(DEFUNCT, invocation.get());
        assertFalse(copied.getAsBoolean());
    }

    @Test
    @DisplayName(
            "ERM-26: given a client that left a copy behind when the copy ends then it does not end that of its next"
                    + " request")
    void aLateEndOfACopy() throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest first = client.receive();
        BooleanSupplier copied = PendingAccess.beginCopy(client.requests(), first.id());
        assertTrue(copied.getAsBoolean());
        client.context.send(first.id(), 1, Params.none());
        assertEquals(1, invocation.get());
        Background<Integer> next = invoke(2);
        SupplicantRequest second = client.receive();
        BooleanSupplier again = PendingAccess.beginCopy(client.requests(), second.id());
        assertFalse(copied.getAsBoolean());
        assertRefused(second.id());
        assertTrue(again.getAsBoolean());
        client.context.send(second.id(), 2, Params.none());
        assertEquals(2, next.get());
    }

    /** The client has seen its interrupt or the end of its context, and waits for who copies. */
    private static void awaitHeld(Background<?> invocation) {
        Awaitility.await()
                .until(() -> !invocation.thread.isInterrupted()
                        && invocation.thread.getState() == Thread.State.TIMED_WAITING);
        assertFalse(invocation.isDone());
    }

    private boolean copy(long id) {
        ByteBuffer target = ByteBuffer.allocate(1);
        boolean copied = client.context.copyShared(id, ByteBuffer.wrap(new byte[] {7}), 0, target, 0, 1);
        assertEquals(copied ? 7 : 0, target.get(0));
        return copied;
    }

    @Test
    @DisplayName("SEL-3: a request that nobody received cannot be held, nor can one that does not exist")
    void nothingToHold() throws Exception {
        Background<Integer> invocation = invoke(1);
        for (long id = -1; id < 100; id++) {
            assertFalse(copy(id), "id " + id);
        }
        SupplicantRequest request = client.receive();
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, invocation.get());
    }

    @Test
    @DisplayName("SEL-3: a client goes on after it was held, also when the copy failed")
    void goesOnAfterItWasHeld() throws Exception {
        Background<Integer> invocation = invoke(1);
        SupplicantRequest request = client.receive();
        assertTrue(copy(request.id()));
        ByteBuffer small = ByteBuffer.allocate(1);
        assertThrows(
                IndexOutOfBoundsException.class, () -> client.context.copyShared(request.id(), small, 0, small, 0, 2));
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, invocation.get());
    }

    @Test
    @DisplayName("ERM-3: given a thread that serves requests when it waits for one itself then it can take that one,"
            + " whatever stands before it")
    void aThreadServesWhatItWaitsFor() throws Exception {
        Background<Integer> first = invoke(1);
        Thread self = Thread.currentThread();
        client.host.onAwaiting = () -> {
            if (Thread.currentThread() != self) {
                // The first client, whose request is queued before it says that it waits.
                return;
            }
            try {
                SupplicantRequest own = new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND);
                assertTrue(client.context.receiveAwaited(own));
                assertEquals(2, own.op());
                assertFalse(client.context.receiveAwaited(new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND)));
                client.context.send(own.id(), 22, Params.none());
            } catch (TeeException e) {
                throw new AssertionError(e);
            }
        };
        assertEquals(22, client.invoke(OP + 2, Params.none()));
        client.host.onAwaiting = () -> {};
        assertFalse(first.isDone());
        SupplicantRequest request = client.receive();
        assertEquals(1, request.op());
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, first.get());
    }

    @Test
    @DisplayName(
            "ERM-20: given a request that is taken at once then its client says nevertheless that it waits, so that a"
                    + " worker which waits for another does not count as one that serves")
    void whoWaitsSaysSo() throws Exception {
        SupplicantRequest taken = new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND);
        client.host.onQueued = () -> {
            try {
                assertTrue(client.context.receive(taken, 0));
            } catch (TeeException | InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        client.host.onAwaiting = () -> {
            try {
                client.context.send(taken.id(), 22, Params.none());
            } catch (TeeException e) {
                throw new AssertionError(e);
            }
        };
        assertEquals(22, client.invoke(OP, Params.none()));
    }

    @Test
    @DisplayName(
            "ERM-3: given workers that go when a request is queued then it waits for others for its grace time, then"
                    + " fails with DEFUNCT; one that was received does not")
    void workersThatGo() throws Exception {
        Background<Integer> received = invoke(1);
        SupplicantRequest request = client.receive();
        Background<Integer> queued = invoke(2);
        Awaitility.await().until(() -> queued.thread.getState() == Thread.State.TIMED_WAITING);
        client.host.graceEnd = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        client.context.workersChanged();
        assertEquals(DEFUNCT, queued.get());
        assertEquals(DEFUNCT, client.invoke(OP + 3, Params.none()), "the grace time is over");
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, received.get());
    }

    @Test
    @DisplayName("REQ-9: a client interrupted after PROCESSED keeps the result")
    void interruptedWhenProcessed() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        client.host.onQueued = () -> {
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Thread.currentThread().interrupt();
        };
        Background<Integer> invocation = Background.start(() -> client.invoke(OP + 1, Params.none()));
        SupplicantRequest request = client.receive();
        client.context.send(request.id(), 11, Params.none());
        answered.countDown();
        assertEquals(11, invocation.get());
    }

    @Test
    @DisplayName(
            "ERM-4, TRAP-23, REQ-13: a client's time limit ends its wait with TIMEOUT, whether QUEUED or PROCESSING")
    void deadline() throws Exception {
        assertEquals(TIMEOUT, client.context.invoke(DriverContext.NULL, OP, Params.none(), 1));
        assertNull(client.poll());
        Background<Integer> invocation = Background.start(
                () -> client.context.invoke(DriverContext.NULL, OP, Params.none(), TimeUnit.MILLISECONDS.toNanos(200)));
        SupplicantRequest request = client.receive();
        assertEquals(TIMEOUT, invocation.get());
        assertRefused(request.id());
    }

    @Test
    @DisplayName(
            "ERM-4: the configured limit holds where the client asks for a longer one, and for all callbacks together")
    void configuredDeadline() throws Exception {
        nothingIsLeft();
        open(TimeUnit.MILLISECONDS.toNanos(50));
        SecureWorld.Step again = stay -> {
            assertEquals(TIMEOUT, stay.callbackResult());
            stay.callback(name, 1);
        };
        device.world.on(OP, stay -> stay.callback(name, 1), again, again, stay -> stay.finish(stay.callbackResult()));
        long start = System.nanoTime();
        assertEquals(TIMEOUT, client.invoke(OP, Params.none()));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(50));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "10, 10",
        "65536, 65536",
        "2147483647, 2147483647", // as they are
        "-12, -97",
        "-19, -90",
        "-28, -99",
        "-16, -99",
        "-9, -96",
        "-22, -96",
        "-110, 1",
        "-14, 1",
        "-1, 1",
        "-90, 1",
        "-99, 1",
        "-103, 1",
        "-2147483648, 1" // transport codes cannot be forged
    })
    @DisplayName("REQ-13, SUB-4, TRAP-25, ERM-14: what a handler answers is mapped to what QTEE is told")
    void results(int answer, int result) throws Exception {
        Background<Integer> invocation = invoke(1);
        client.context.send(client.receive().id(), answer, Params.none());
        assertEquals(result, invocation.get());
    }

    @ParameterizedTest
    @CsvSource({"ENOMEM, -97", "ENODEV, -90", "EBUSY, -99", "EINVAL, -96", "ETIMEDOUT, -103", "EFAULT, 1"})
    @DisplayName(
            "REQ-13, ERM-14: given a decision of whoever carries a request to its object, then QTEE is told a result of"
                    + " the transport")
    void decisions(Errno reason, int result) throws Exception {
        Background<Integer> invocation = invoke(1);
        long id = client.receive().id();
        client.context.fail(id, reason);
        assertEquals(result, invocation.get());
        assertRefused(id);
    }

    @Test
    @DisplayName("SUB-3, ERM-2, TRAP-14: a second answer is refused, also when the place of the id is in use again")
    void doubleAnswer() throws Exception {
        Background<Integer> first = invoke(1);
        long id = client.receive().id();
        client.context.send(id, 11, Params.none());
        assertEquals(11, first.get());
        assertRefused(id);
        Background<Integer> second = invoke(2);
        long next = client.receive().id();
        assertEquals((int) id, (int) next, "this test wants the same place");
        assertRefused(id);
        client.context.send(next, 22, Params.none());
        assertEquals(22, second.get());
    }

    @Test
    @DisplayName("SUB-2, ERM-2, TRAP-12, TRAP-27: guessed ids are refused, those of requests that nobody received too")
    void guessedIds() throws Exception {
        Background<Integer> invocation = invoke(1);
        for (long id : new long[] {0, 1, -1, 1L << 32, 1L << 63, Long.MAX_VALUE, Integer.MAX_VALUE, 0xffffffffL}) {
            assertRefused(id);
        }
        SupplicantRequest request = client.receive();
        for (long id : new long[] {1L << 32, 1L << 63, request.id() + 1, request.id() - 1}) {
            assertRefused(id);
        }
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, invocation.get());
    }

    @Test
    @DisplayName("SEL-8, CBO-4, TRAP-13: the release of an object is received without an id to answer, and frees the"
            + " context")
    void release() throws Exception {
        int references = client.host.references();
        assertEquals(name, TestDevice.FIRST_EXPORT);
        device.tee.transport().exports().release(name);
        assertEquals(references - 1, client.host.references());
        SupplicantRequest request = client.receive();
        assertTrue(request.isRelease());
        assertEquals(7, request.object());
        assertEquals(0, request.params().count());
        assertRefused(request.id());
        assertNull(client.poll());
    }

    static Stream<Arguments> tooSmall() {
        return Stream.of(
                Arguments.of(3, 24, "4 parameters and 16 bytes"),
                Arguments.of(4, 15, "4 parameters and 16 bytes"),
                Arguments.of(0, 0, "4 parameters and 16 bytes"));
    }

    @ParameterizedTest
    @MethodSource("tooSmall")
    @DisplayName(
            "SEL-4, SEL-5, SEL-10, ERM-11, TRAP-31: too little room is refused with what is needed; the request stays"
                    + " first")
    void tooLittleRoom(int parameters, int bytes, String needed) throws Exception {
        // Counts: 2 inputs, 2 outputs; input at 48, 1 byte; input at 56, 8 bytes; output at 64, 0 bytes; output at
        // 64, 8 bytes.
        callback("22000000 30000000 01000000 38000000 08000000 40000000 00000000 40000000 08000000");
        Background<Integer> invocation = invoke(0);
        Background<Integer> later = invoke(1);
        TeeException refused = assertThrows(
                TeeException.class, () -> client.context.receive(new SupplicantRequest(parameters, bytes), 0));
        assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        assertTrue(refused.getMessage().contains(needed), refused.getMessage());
        assertEquals(List.of("0 QUEUED", "1 QUEUED"), List.of(states()));
        SupplicantRequest fits = new SupplicantRequest(4, 16);
        assertTrue(client.context.receive(fits, 0));
        assertEquals(0, fits.op());
        client.context.send(fits.id(), 10, Params.none());
        assertEquals(10, invocation.get());
        client.context.send(client.receive().id(), 11, Params.none());
        assertEquals(11, later.get());
    }

    @Test
    @DisplayName("SEL-11, ERM-11: who has too little room wakes another receiver that waits")
    void anotherReceiver() throws Exception {
        // Counts: 1 input; input at 24, 8 bytes.
        callback("01000000 18000000 08000000");
        Background<Boolean> small = Background.start(
                () -> client.context.receive(new SupplicantRequest(0, 0), TimeUnit.SECONDS.toNanos(10)));
        awaitWaiting(small);
        SupplicantRequest request = new SupplicantRequest(1, 8);
        Background<Boolean> large =
                Background.start(() -> client.context.receive(request, TimeUnit.MINUTES.toNanos(1)));
        awaitWaiting(large);
        Background<Integer> invocation = invoke(0);
        assertErrno(Errno.EINVAL, small::get);
        assertTrue(large.get());
        client.context.send(request.id(), 10, Params.none());
        assertEquals(10, invocation.get());
    }

    private static void awaitWaiting(Background<?> receiver) {
        Awaitility.await().until(() -> receiver.thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    @DisplayName("SEL-5, SEL-6: inputs stand in the room one behind the other, each at a multiple of 8")
    void inputs() throws Exception {
        // Counts: 3 inputs; input at 40, 1 byte; input at 48, 0 bytes; input at 48, 10 bytes.
        callback("03000000 28000000 01000000 30000000 00000000 30000000 0a000000"
                // the bytes of the inputs, each padded to 8
                + "aa00000000000000 01020304050607080910000000000000");
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        assertEquals("aa", Params.hex(request.params().get(0)));
        assertEquals("", Params.hex(request.params().get(1)));
        assertEquals(
                // the third input, all ten bytes
                "01 02 03 04 05 06 07 08 09 10", Params.hex(request.params().get(2)));
        // The first input, padding, the first bytes of the third.
        assertEquals("aa 00 00 00 00 00 00 00 01 02", Hex.of(request.room(), 10));
        client.context.send(request.id(), 1, Params.none());
        assertEquals(1, invocation.get());
    }

    @Test
    @DisplayName("SEL-7, CBO-7: a request with an object of another context fails, and receive goes on with the next")
    void foreignObject() throws Exception {
        TestDevice.Client other = device.open();
        int foreign = other.export(9);
        assertEquals(TestDevice.FIRST_EXPORT + 1, foreign);
        // Counts: 2 input objects; input object 0x41; input object 0x80000002.
        callback("00020000 41000000 00000000 02000080 00000000");
        Background<Integer> invocation = invoke(0);
        Background<Integer> next = invoke(1);
        SupplicantRequest request = client.receive();
        assertEquals(1, request.op());
        assertEquals(UNAVAIL, invocation.get());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
        client.context.send(request.id(), 11, Params.none());
        assertEquals(11, next.get());
        assertEquals(2, other.host.references());
    }

    @Test
    @DisplayName("CBO-7: an object of the same context comes back as what it is, and QTEE keeps its reference")
    void ownObjects() throws Exception {
        // Counts: 1 input object; input object 0x80000001.
        callback("00010000 01000080 00000000");
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        assertEquals(7, request.params().get(0).objectId());
        assertEquals(TeeParam.FLAG_USER, request.params().get(0).objectFlags());
        client.context.send(request.id(), 1, Params.none());
        assertEquals(1, invocation.get());
        request.params().clear();
        assertEquals(2, client.host.references());
        device.world.on(OP, stay -> stay.argument(0, 0, name));
        TeeParams params = new Params().objectOut().build();
        assertEquals(0, client.invoke(OP, params));
        assertEquals(7, params.get(0).objectId());
        assertEquals(TeeParam.FLAG_USER, params.get(0).objectFlags());
        params.clear();
        assertEquals(2, client.host.references());
    }

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                Arguments.of("none", Params.none()),
                Arguments.of("one too few", retyped(4, Type.OBJREF_OUTPUT, 4)),
                Arguments.of("an input object of another type", retyped(2, Type.OBJREF_OUTPUT, 5)),
                Arguments.of("an output object of another type", retyped(4, Type.OBJREF_INPUT, 5)),
                Arguments.of("an input of another type", answer(Type.UBUF_OUTPUT, Type.UBUF_OUTPUT, 4, 60)),
                Arguments.of("an output of another type", answer(Type.UBUF_INPUT, Type.UBUF_INPUT, 4, 60)),
                Arguments.of("an output that grew", answer(Type.UBUF_INPUT, Type.UBUF_OUTPUT, 5, 60)),
                Arguments.of("an output of negative size", answer(Type.UBUF_INPUT, Type.UBUF_OUTPUT, -1, 60)),
                Arguments.of("an object that is none", answer(Type.UBUF_INPUT, Type.UBUF_OUTPUT, 4, 1234)));
    }

    /** For a request with an input, an output of 4 bytes, an input object and two output objects. */
    private static TeeParams answer(Type first, Type second, int size, long lastObject) {
        TeeParams params = new TeeParams(5);
        params.add().buffer(first, new byte[1], 0, 1);
        params.add().buffer(second, new byte[8], 0, size);
        params.add().object(Type.OBJREF_INPUT, DriverContext.NULL, 0);
        params.add().object(Type.OBJREF_OUTPUT, 50, TeeParam.FLAG_USER);
        params.add().object(Type.OBJREF_OUTPUT, lastObject, lastObject == 60 ? TeeParam.FLAG_USER : TeeParam.FLAG_TEE);
        return params;
    }

    /** The first parameters of a good answer, the type of an object being another one. */
    private static TeeParams retyped(int index, Type type, int count) {
        TeeParams good = answer(Type.UBUF_INPUT, Type.UBUF_OUTPUT, 4, 60);
        good.get(index).object(type, 60, TeeParam.FLAG_USER);
        TeeParams params = new TeeParams(count);
        for (int i = 0; i < count; i++) {
            TeeParam param = good.get(i);
            if (i < 2) {
                params.add().buffer(param.type(), new byte[8], 0, param.size());
            } else {
                params.add().object(param.type(), param.objectId(), param.objectFlags());
            }
        }
        return params;
    }

    private void callbackOfAllKinds() {
        // Counts: 1 input, 1 output, 1 input object, 2 output objects; input at 56, 1 byte; output at 64, 4 bytes;
        // input object NULL; output object: room; output object: room.
        callback("11210000 38000000 01000000 40000000 04000000 00000000 00000000 00000000 00000000 00000000 00000000");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    @DisplayName(
            "INV-12, SUB-5, SUB-6, CBO-5, TRAP-11: an answer that does not fit fails the request, and its objects are"
                    + " not handed over")
    void badAnswer(String what, TeeParams answer) throws Exception {
        callbackOfAllKinds();
        int references = client.host.references();
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        assertErrno(Errno.EINVAL, () -> client.context.send(request.id(), 0, answer));
        assertEquals(UNAVAIL, invocation.get());
        assertRefused(request.id());
        assertNull(client.poll(), "a release was announced");
        assertEquals(references, client.host.references());
        assertEquals(1, device.releaseExports());
    }

    @Test
    @DisplayName(
            "SUB-6, TRAP-7: an output without memory behind it fails the request, and its objects are not handed over")
    void answerWithoutMemory() throws Exception {
        callbackOfAllKinds();
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        TeeParams answer = answer(Type.UBUF_INPUT, Type.UBUF_OUTPUT, 4, 60);
        answer.get(1).buffer(Type.UBUF_OUTPUT, (byte[]) null, 0, 4);
        assertThrows(RuntimeException.class, () -> client.context.send(request.id(), 0, answer));
        assertEquals(UNAVAIL, invocation.get());
        assertNull(client.poll(), "a release was announced");
        assertEquals(1, device.releaseExports(), "objects that QTEE holds");
    }

    @Test
    @DisplayName(
            "SUB-9, CBO-3: further parameters do not matter, and objects of the answer are QTEE's until it lets them"
                    + " go")
    void goodAnswer() throws Exception {
        callbackOfAllKinds();
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        TeeParams answer = new Params()
                .in("01")
                .out(3)
                .nullObject()
                .objectOut()
                .objectOut()
                .in("02")
                .of(Type.VALUE_INOUT)
                .build();
        answer.get(3).object(Type.OBJREF_OUTPUT, 50, TeeParam.FLAG_USER);
        client.context.send(request.id(), 0, answer);
        assertEquals(0, invocation.get());
        assertEquals(3, client.host.references());
        assertEquals(2, device.releaseExports());
        assertEquals(2, client.drain());
    }

    @Test
    @DisplayName("REQ-12, CBO-3, ERM-7: objects of a response that gets lost end as if QTEE had let them go")
    void lostResponse() throws Exception {
        // Result 0; object 0x80000001; op 0; counts: 1 output object; output object: room.
        device.world.on(OP, stay -> stay.callback("00000000 01000080 00000000 00100000 00000000 00000000"), stay -> {
            throw new TeeException(Errno.EBUSY, "lost");
        });
        Background<Integer> invocation = invoke(0);
        SupplicantRequest request = client.receive();
        request.params().get(0).object(Type.OBJREF_OUTPUT, 50, TeeParam.FLAG_USER);
        client.context.send(request.id(), 0, request.params());
        assertErrno(Errno.ENODEV, invocation::get);
        SupplicantRequest release = client.receive();
        assertTrue(release.isRelease());
        assertEquals(50, release.object());
        assertEquals(1, device.releaseExports(), "objects that QTEE holds");
    }

    @Test
    @DisplayName(
            "CTX-5, CTX-6, CTX-8, REQ-2, REQ-3, SUB-8, ERM-12: close fails what is queued and in progress, and all that"
                    + " comes later")
    void close() throws Exception {
        // Counts: 1 input object; input object 0x41.
        callback("00010000 41000000 00000000");
        Background<Integer> processing = invoke(1);
        SupplicantRequest request = client.receive();
        Background<Integer> waiting = invoke(0);
        device.tee.transport().exports().release(client.export(30));
        client.close();
        assertEquals(DEFUNCT, processing.get());
        assertEquals(DEFUNCT, waiting.get());
        assertEquals(0x41, device.world.nextRelease());
        assertErrno(Errno.ENODEV, () -> client.context.send(request.id(), 0, Params.none()));
        assertErrno(Errno.ENODEV, client::poll);
        assertErrno(Errno.ENODEV, () -> client.invoke(OP, Params.none()));
        assertEquals(1, client.host.references(), "the object that QTEE holds");
        TestDevice.Client other = device.open();
        assertEquals(DEFUNCT, other.invoke(OP, Params.none()));
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(1, device.releaseExports());
        assertEquals(0, client.host.references());
    }

    @Test
    @DisplayName("CTX-6, TRAP-20, ERM-12: close wakes all receivers with ENODEV")
    void closeWakesReceivers() throws Exception {
        List<Background<SupplicantRequest>> receivers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            // None of them would end in the time of this test if it was not woken.
            receivers.add(Background.start(() -> {
                SupplicantRequest request = new SupplicantRequest(1, 8);
                client.context.receive(request, TimeUnit.HOURS.toNanos(1));
                return request;
            }));
            awaitWaiting(receivers.get(i));
        }
        client.close();
        for (Background<SupplicantRequest> receiver : receivers) {
            assertErrno(Errno.ENODEV, receiver::get);
        }
    }

    @Test
    @DisplayName("ERM-10, TRAP-22: releases that wait count as objects, so that their number is bounded")
    void boundedReleases() throws Exception {
        for (int i = 1; i < 100; i++) {
            device.tee.transport().exports().release(client.export(i));
        }
        assertErrno(Errno.ENOSPC, () -> {
            client.export(100);
            client.export(101);
        });
        assertEquals(99, client.drain());
        client.export(101);
    }

    @Test
    @DisplayName("REQ-11: a request whose announcement fails is withdrawn, and its invocation can be used again")
    void failedAnnouncement() throws Exception {
        client.host.onQueued = () -> {
            throw new StackOverflowError("in a nested call");
        };
        assertThrows(StackOverflowError.class, () -> client.invoke(OP + 1, Params.none()));
        client.host.onQueued = () -> {};
        assertNull(client.poll());
        assertEquals(0, states().length);
        client.host.queued.drainPermits();
        Background<Integer> next = invoke(2);
        client.context.send(client.receive().id(), 22, Params.none());
        assertEquals(22, next.get());
    }
}
