// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.StackReserve;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class CallbackTest {

    /** Does what the test says, and counts what it is told. */
    private final class Hosted implements CallbackObject {
        private interface Dispatch {
            void dispatch(int op, IncomingArguments arguments) throws Throwable;
        }

        private Dispatch dispatch = (op, arguments) -> {};
        private int dispatched;
        private int released;

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            dispatched++;
            fixture.workers.requireBracket("dispatch");
            try {
                dispatch.dispatch(op, arguments);
            } catch (Throwable e) {
                throwUnchecked(e);
            }
        }

        @Override
        public void released() {
            released++;
            fixture.workers.requireBracket("released");
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void throwUnchecked(Throwable e) throws E {
            throw (E) e;
        }
    }

    private final Hosted hosted = new Hosted();
    private Fixture fixture;
    private FakeContext backend;

    @BeforeEach
    void open() throws TeeException {
        fixture = new Fixture();
        backend = fixture.backend;
    }

    @AfterEach
    void close() {
        fixture.close();
        assertEquals(List.of(), fixture.workers.strays(), "called outside of the workers' bracket");
    }

    private void handOver(CallbackObject... objects) throws TeeException {
        Arguments arguments = new Arguments();
        for (CallbackObject object : objects) {
            arguments.in(object);
        }
        fixture.context.root().invoke(0, arguments);
    }

    private void releaseByTee(long id) {
        backend.request(id, DriverContext.OP_RELEASE);
        fixture.workers.serveAll();
    }

    private int answer() {
        return backend.answers.get(backend.answers.size() - 1).result();
    }

    private static Consumer<SupplicantRequest> input(byte... data) {
        return request -> {
            request.room().put(0, data);
            request.params().add().buffer(TeeParam.Type.UBUF_INPUT, request.room(), 0, data.length);
        };
    }

    private static Consumer<SupplicantRequest> output(int room) {
        return request -> request.params().add().buffer(TeeParam.Type.UBUF_OUTPUT, (ByteBuffer) null, 0, room);
    }

    private static Consumer<SupplicantRequest> object(TeeParam.Type type, long id, int flags) {
        return request -> request.params().add().object(type, id, flags);
    }

    // Objects by name.

    @Test
    @DisplayName("ERM-3: an object that stands for a name outlives the workers that knew it")
    void aNameOutlivesItsWorkers() throws TeeException {
        handOver(fixture.context.callback("time"));
        backend.request(0, 5);
        fixture.workers.serveAll();
        assertEquals(List.of("time"), List.copyOf(fixture.workers.dispatched));

        FakeWorkers successor = new FakeWorkers();
        fixture.presentWorkers.set(successor);
        backend.request(0, 5);
        successor.serveAll();
        assertEquals(0, answer());
        assertEquals(List.of("time"), List.copyOf(successor.dispatched));
        assertEquals(1, fixture.workers.dispatched.size());
    }

    @Test
    @DisplayName("ERM-3: given an object that stands for a name when workers take a call of it then theirs is called, "
            + "whichever"
            + " workers are there for others")
    void aNameIsThatOfTheWorkersThatTakeTheCall() throws TeeException {
        handOver(fixture.context.callback("time"));
        backend.request(0, 5);
        FakeWorkers successors = new FakeWorkers();
        assertTrue(successors.serve(fixture.workers.announced.remove()));
        assertEquals(List.of("time"), List.copyOf(successors.dispatched));
        assertEquals(List.of(), List.copyOf(fixture.workers.dispatched));
        backend.request(0, DriverContext.OP_RELEASE);
        fixture.presentWorkers.set(null);
        assertTrue(successors.serve(fixture.workers.announced.remove()));
        assertEquals(List.of("time"), List.copyOf(successors.released));
    }

    @Test
    @DisplayName(
            "ERM-3: given an object that stands for a name when a bundle calls it while no workers know it then it "
                    + "is ENODEV")
    void aNameWithoutWorkersIsDefunct() throws TeeException {
        CallbackObject named = fixture.context.callback("time");
        fixture.presentWorkers.set(null);
        TeeException e = assertThrows(TeeException.class, () -> named.dispatch(5, null));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertEquals(List.of(), List.copyOf(fixture.workers.dispatched));
    }

    @Test
    @DisplayName("ERM-29: given workers whose classes are gone, then who calls a name of theirs is not left waiting")
    void workersWithoutClasses() throws TeeException {
        handOver(fixture.context.callback("time"));
        fixture.workers.lookingUp = () -> {
            throw new NoClassDefFoundError("thrown by the test");
        };
        backend.request(0, 5);
        fixture.workers.serveAll();
        assertEquals(1, backend.answers.size());
        assertEquals(-Errno.ENODEV.number(), answer());
        fixture.workers.lookingUp = () -> {};
    }

    @Test
    @DisplayName("ERM-29: given an Error while an answer is passed on, then the client gets one that says so")
    void errorInTheAnswer() throws TeeException {
        handOver(hosted);
        AtomicInteger failures = new AtomicInteger();
        backend.inspect = params -> {
            failures.incrementAndGet();
            throw new StackOverflowError("thrown by the test");
        };
        backend.request(0, 5, output(8));
        fixture.workers.serveAll();
        assertEquals(1, failures.get());
        assertEquals(1, backend.answers.size());
        assertEquals(-Errno.EINVAL.number(), answer());
    }

    /** What a backend may throw beside what it declares: an Error, a fault, and what nobody declares. */
    private static Stream<Throwable> breakOffs() {
        return Stream.of(
                new StackOverflowError("thrown by the test"),
                new IllegalStateException("thrown by the test"),
                new IOException("thrown by the test"));
    }

    private static Runnable breakingOff(Throwable thrown, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return () -> {
            if (left.getAndDecrement() > 0) {
                Hosted.throwUnchecked(thrown);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("breakOffs")
    @DisplayName("ERM-29, ERM-20: given a backend that breaks off when a call is failed, then the client gets the "
            + "failure all the same, and whoever failed the call goes on")
    void backendThatBreaksOffAFailure(Throwable thrown) throws TeeException {
        handOver(hosted);
        backend.sending = breakingOff(thrown, 1);
        List<Boolean> failed = failedByItself();
        backend.request(0, 5);
        fixture.workers.serveAll();
        assertEquals(List.of(true), failed);
        assertEquals(1, backend.answers.size());
        assertEquals(-Errno.ETIMEDOUT.number(), answer());
    }

    @ParameterizedTest
    @MethodSource("breakOffs")
    @DisplayName("ERM-29: given a backend that breaks off an answer or an error of the object, then the client gets a "
            + "failure")
    void backendThatBreaksOffAnAnswer(Throwable thrown) throws TeeException {
        handOver(hosted);
        backend.sending = breakingOff(thrown, 1);
        backend.request(0, 5);
        fixture.workers.serveAll();
        hosted.dispatch = (op, arguments) -> {
            throw new TeeException(TeeResult.of(77), "thrown by the test");
        };
        backend.sending = breakingOff(thrown, 1);
        backend.request(0, 6);
        fixture.workers.serveAll();
        assertEquals(
                List.of(-Errno.EINVAL.number(), -Errno.EINVAL.number()),
                backend.answers.stream().map(FakeContext.Answer::result).toList());
    }

    @ParameterizedTest
    @MethodSource("breakOffs")
    @DisplayName("ERM-29: given a backend that takes no answer at all, then whoever fails the call goes on")
    void backendThatTakesNothing(Throwable thrown) throws TeeException {
        handOver(hosted);
        backend.sending = breakingOff(thrown, Integer.MAX_VALUE);
        List<Boolean> failed = failedByItself();
        backend.request(0, 5);
        assertEquals(1, fixture.workers.serveAll());
        assertEquals(List.of(true), failed);
        assertEquals(List.of(), List.copyOf(backend.answers));
    }

    @ParameterizedTest
    @MethodSource("breakOffs")
    @DisplayName("ERM-29: given a backend that takes no answer while a call goes on, then its client gets that of the "
            + "object, or a failure if this breaks off too")
    void backendThatTakesNothingMeanwhile(Throwable thrown) throws TeeException {
        handOver(hosted);
        for (int brokenOff : new int[] {2, 4}) {
            fixture.workers.begun.clear();
            backend.sending = breakingOff(thrown, brokenOff);
            List<Boolean> failed = failedByItself();
            backend.request(0, 5);
            fixture.workers.serveAll();
            assertEquals(List.of(true), failed);
        }
        assertEquals(
                List.of(0, -Errno.ENOMEM.number()),
                backend.answers.stream().map(FakeContext.Answer::result).toList());
    }

    /** Fails the call in the midst of it, as a watchdog would, and returns what that told. */
    private List<Boolean> failedByItself() {
        List<Boolean> failed = new ArrayList<>();
        hosted.dispatch =
                (op, arguments) -> failed.add(fixture.workers.begun.get(0).fail(Errno.ETIMEDOUT));
        return failed;
    }

    // Hand-over and release

    @Test
    @DisplayName("CBO-4: released() comes once, when as many releases as hand-overs came")
    void releasedComesWithTheLastRelease() throws TeeException {
        handOver(hosted, hosted);
        handOver(hosted);
        assertEquals(1, fixture.context.describe().callbackObjects);
        releaseByTee(0);
        releaseByTee(0);
        assertEquals(0, hosted.released);
        releaseByTee(0);
        assertEquals(1, hosted.released);
        assertEquals(0, fixture.context.describe().callbackObjects);
        releaseByTee(0);
        assertEquals(1, hosted.released);
    }

    @Test
    @DisplayName("ERM-2: ids of callback objects are never used again")
    void idsAreNotUsedAgain() throws TeeException {
        List<Long> ids = new ArrayList<>();
        backend.invocation = (object, op, params) -> {
            ids.add(params.get(0).objectId());
            return 0;
        };
        handOver(hosted);
        releaseByTee(0);
        handOver(hosted);
        handOver(new Hosted());
        assertEquals(List.of(0L, 1L, 2L), ids);
    }

    @Test
    @DisplayName("CBO-5: an invocation that fails before it reaches the TEE gives its objects back untouched")
    void aFailedInvocationGivesItsObjectsBack() throws TeeException {
        backend.invocation = (object, op, params) -> {
            throw new TeeException(Errno.ENOMEM, "no buffer");
        };
        assertThrows(TeeException.class, () -> handOver(hosted, new Hosted()));
        assertEquals(0, hosted.released);
        assertEquals(0, fixture.context.describe().callbackObjects);
    }

    @Test
    @DisplayName("INV-8: an invocation that fails after it reached the TEE leaves its objects there")
    void anInvocationThatFailsLaterLeavesItsObjectsThere() throws TeeException {
        backend.invocation = (object, op, params) -> {
            params.handedOver(true);
            throw FakeContext.noDevice();
        };
        assertThrows(TeeException.class, () -> handOver(hosted));
        assertEquals(1, fixture.context.describe().callbackObjects);
        releaseByTee(0);
        assertEquals(1, hosted.released);
    }

    @Test
    @DisplayName("INV-9: a result that is not OK leaves the objects with the TEE")
    void anErrorOfTheObjectLeavesTheObjectsThere() throws TeeException {
        backend.invocation = (object, op, params) -> 10;
        assertThrows(TeeException.class, () -> handOver(hosted));
        assertEquals(1, fixture.context.describe().callbackObjects);
    }

    @Test
    void aReleaseDuringTheInvocationThatCarriedTheObjectCounts() throws TeeException {
        backend.invocation = (object, op, params) -> {
            releaseByTee(0);
            assertEquals(1, hosted.released);
            return 0;
        };
        handOver(hosted);
        assertEquals(1, hosted.released);
        assertEquals(0, fixture.context.describe().callbackObjects);
    }

    @Test
    void aFailedSecondHandOverEndsAnObjectThatTheTeeLetGoMeanwhile() throws TeeException {
        handOver(hosted);
        backend.invocation = (object, op, params) -> {
            releaseByTee(0);
            assertEquals(0, hosted.released);
            throw new TeeException(Errno.ENOMEM, "no buffer");
        };
        assertThrows(TeeException.class, () -> handOver(hosted));
        assertEquals(1, hosted.released);
    }

    @Test
    void aCloseDuringAnInvocationThatThenFailsReleasesNothing() {
        backend.invocation = (object, op, params) -> {
            fixture.context.close();
            throw FakeContext.noDevice();
        };
        assertThrows(TeeException.class, () -> handOver(hosted));
        assertEquals(0, hosted.released);
        assertEquals(1, backend.releases.get());
    }

    @Test
    void aCloseDuringAnInvocationThatReachedTheTeeReleasesWhenItEnds() throws TeeException {
        backend.invocation = (object, op, params) -> {
            fixture.context.close();
            assertEquals(0, hosted.released);
            return 0;
        };
        handOver(hosted);
        assertEquals(1, hosted.released);
        assertEquals(1, backend.releases.get());
    }

    @Test
    void withoutWorkersNoObjectIsHandedOver() {
        fixture.presentWorkers.set(null);
        TeeException e = assertThrows(TeeException.class, () -> handOver(hosted));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertTrue(e.getMessage().contains("deploy org.ermine.tee.supplicant"), e.getMessage());
        assertEquals(0, backend.invocations.get());
        assertEquals(0, fixture.context.describe().callbackObjects);
    }

    @Test
    @DisplayName("CBO-10: given an object that the TEE returns and lets go, then the client gets it and its release "
            + "follows once")
    void anObjectThatTheTeeReturnsAndLetsGoAtOnceIsStillReturned() throws TeeException {
        handOver(hosted);
        backend.invocation = (object, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 0, TeeParam.FLAG_USER, () -> releaseByTee(0));
            return 0;
        };
        Arguments arguments = new Arguments().outObject();
        fixture.context.root().invoke(0, arguments);
        assertSame(hosted, arguments.object(0));
        assertEquals(1, hosted.released);
    }

    @Test
    void afterItsReleaseNothingRefersToAnObject() throws Exception {
        WeakReference<CallbackObject> lost = handOverAndRelease();
        org.awaitility.Awaitility.await().until(() -> {
            System.gc();
            return lost.get() == null;
        });
    }

    private WeakReference<CallbackObject> handOverAndRelease() throws TeeException {
        Hosted object = new Hosted();
        handOver(object);
        backend.request(0, 3);
        fixture.workers.serveAll();
        releaseByTee(0);
        fixture.workers.begun.clear();
        fixture.workers.ended.clear();
        return new WeakReference<>(object);
    }

    // Requests

    @Test
    void aRequestIsDispatchedWithItsInputsAndAnsweredWithItsOutputs() throws TeeException {
        handOver(hosted);
        byte[] written = new byte[2];
        hosted.dispatch = (op, arguments) -> {
            assertEquals(9, op);
            arguments.expect(1, 2, 0, 0);
            ByteBuffer input = arguments.input(0);
            assertEquals(0x0201, input.getShort());
            assertEquals(0, arguments.input(0).position());
            assertThrows(ReadOnlyBufferException.class, () -> input.put(0, (byte) 0));
            assertSame(arguments.output(1), arguments.output(1));
            assertEquals(8, arguments.output(1).remaining());
            arguments.output(1).putShort((short) 0x0403);
            assertFalse(arguments.isAbandoned());
        };
        backend.inspect = params -> {
            assertEquals(0, params.get(1).size());
            params.get(2).read(ByteBuffer.wrap(written), 0);
        };
        long id = backend.request(
                0, 9, input((byte) 1, (byte) 2).andThen(output(4)).andThen(output(8)));

        assertTrue(fixture.workers.serve());

        assertEquals(List.of(new FakeContext.Answer(id, 0)), backend.answers);
        assertArrayEquals(new byte[] {3, 4}, written);
        assertEquals(1, fixture.workers.begun.size());
        CallbackCall call = fixture.workers.begun.get(0);
        assertSame(hosted, call.target());
        assertEquals(9, call.op());
        assertEquals("com.example.client 1.2.3 [17]", call.owner());
        assertEquals(fixture.workers.begun, fixture.workers.ended);
    }

    @Test
    void withoutARequestNothingIsServed() {
        backend.host.requestQueued();
        assertFalse(fixture.workers.serve());
        backend.receiveFailure = FakeContext.noDevice();
        backend.host.requestQueued();
        assertFalse(fixture.workers.serve());
    }

    @Test
    @DisplayName("PEER-1: a request to an unknown object is answered DEFUNCT, and its objects are released")
    void anUnknownObjectIsDefunct() {
        backend.request(77, 1, object(TeeParam.Type.OBJREF_INPUT, 50, TeeParam.FLAG_TEE));
        assertTrue(fixture.workers.serve());
        assertEquals(-19, answer());
        assertEquals(List.of(50L), backend.released);
    }

    @Test
    @DisplayName("ERM-14: an object answers with generic and own codes; transport codes become ERROR")
    void theResultIsTheObjectsOwnButNeverOneOfTheTransport() throws TeeException {
        handOver(hosted);
        assertResult(10, new TeeException(TeeResult.of(10), "mine"));
        assertResult(3, new TeeException(TeeResult.SIZE_IN, "size"));
        assertResult(1, new TeeException(TeeResult.DEFUNCT, "forged"));
        assertResult(1, new TeeException(Errno.ENODEV, "nested"));
        assertResult(1, new TeeException(Errno.ETIMEDOUT, "nested"));
        assertResult(1, new TeeException(TeeResult.of(-110), "no code of anybody"));
        assertResult(1, new LinkageError("forged"));
        assertResult(2, new TeeException(TeeResult.INVALID, "invalid"));
    }

    @Test
    @DisplayName("ERM-15: whatever is thrown becomes a result and is not thrown on")
    void whateverIsThrownBecomesAResult() throws TeeException {
        handOver(hosted);
        assertResult(1, new IllegalStateException("bug"));
        assertResult(1, new StackOverflowError());
        assertResult(1, new OutOfMemoryError("not really"));
        assertResult(1, new InternalError("not really"));
        assertResult(1, new NoClassDefFoundError("refreshed"));
        assertResult(1, new RuntimeException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("even here");
            }
        });
        assertResult(1, new TeeException(TeeResult.of(11), "x") {
            private static final long serialVersionUID = 1L;

            @Override
            public TeeResult result() {
                throw new IllegalStateException("even here");
            }
        });
        assertResult(1, new InterruptedException());
        assertTrue(Thread.interrupted());
    }

    private void assertResult(int expected, Throwable thrown) {
        hosted.dispatch = (op, arguments) -> {
            arguments.output(0).putInt(1);
            throw thrown;
        };
        backend.request(0, 1, output(4));
        assertTrue(fixture.workers.serve());
        assertEquals(expected, answer(), thrown.getClass().getName());
    }

    @Test
    @DisplayName("INV-12: an output cannot be larger than the TEE accepts")
    void outputsDoNotOutgrowTheirRoom() throws TeeException {
        handOver(hosted);
        hosted.dispatch = (op, arguments) -> arguments.output(0).putLong(1);
        backend.request(0, 1, output(7));
        fixture.workers.serve();
        assertEquals(1, answer());
    }

    @Test
    void inputObjectsAreLent() throws TeeException {
        handOver(hosted);
        SharedMemory memory = fixture.context.allocate(1);
        List<ObjectReference> seen = new ArrayList<>();
        AtomicReference<TeeObject> kept = new AtomicReference<>();
        hosted.dispatch = (op, arguments) -> {
            for (int i = 0; i < arguments.inputObjectCount(); i++) {
                seen.add(arguments.inputObject(i));
            }
            kept.set(((TeeObject) arguments.inputObject(1)).duplicate());
        };
        backend.request(
                0,
                1,
                object(TeeParam.Type.OBJREF_INPUT, 60, TeeParam.FLAG_TEE)
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, 61, TeeParam.FLAG_TEE))
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, 0, TeeParam.FLAG_USER))
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, memory.id(), TeeParam.FLAG_MEM))
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, DriverContext.NULL, 0)));
        fixture.workers.serve();
        assertEquals(0, answer());
        assertSame(hosted, seen.get(2));
        assertTrue(((SharedMemory) seen.get(3)).isClosed());
        assertFalse(memory.isClosed());
        assertNull(seen.get(4));
        assertEquals(List.of(60L), backend.released);
        kept.get().close();
        assertEquals(List.of(60L, 61L), backend.released);
    }

    @Test
    @DisplayName("ERM-7: a request that cannot be converted is refused, and every object that came with it is released")
    void aRequestThatCannotBeConvertedReleasesItsObjects() throws TeeException {
        handOver(hosted);
        backend.request(
                0,
                1,
                object(TeeParam.Type.OBJREF_INPUT, 60, TeeParam.FLAG_TEE)
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, 99, TeeParam.FLAG_USER))
                        .andThen(object(TeeParam.Type.OBJREF_INPUT, 61, TeeParam.FLAG_TEE)));
        fixture.workers.serve();
        assertEquals(-22, answer());
        assertEquals(0, hosted.dispatched);
        assertEquals(List.of(60L, 61L), backend.released);

        backend.request(0, 1, request -> request.params().add().value(TeeParam.Type.VALUE_INPUT, 1, 2, 3));
        fixture.workers.serve();
        assertEquals(-22, answer());
    }

    @Test
    void outputObjectsReachTheTeeAndTheCallerKeepsItsOwnReferences() throws TeeException {
        handOver(hosted);
        Hosted other = new Hosted();
        SharedMemory memory = fixture.context.allocate(1);
        TeeObject object = fixture.teeObject(70);
        List<String> sent = new ArrayList<>();
        hosted.dispatch = (op, arguments) -> {
            arguments.outputObject(0, object);
            object.close();
            arguments.outputObject(1, hosted);
            arguments.outputObject(1, other);
            arguments.outputObject(2, memory);
        };
        backend.inspect = params -> {
            for (int i = 0; i < params.count(); i++) {
                sent.add(params.get(i).toString());
            }
            assertEquals(List.of(), backend.released);
        };
        Consumer<SupplicantRequest> outObject = object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        backend.request(0, 1, outObject.andThen(outObject).andThen(outObject).andThen(outObject));
        fixture.workers.serve();
        assertEquals(
                List.of(
                        "OBJREF_OUTPUT(70, flags 1)",
                        "OBJREF_OUTPUT(1, flags 2)",
                        "OBJREF_OUTPUT(1, flags 4)",
                        "OBJREF_OUTPUT(-1, flags 0)"),
                sent);
        assertEquals(List.of(70L), backend.released);
        assertEquals(2, fixture.context.describe().callbackObjects);
        releaseByTee(1);
        assertEquals(1, other.released);
    }

    @Test
    @DisplayName("SUB-2: objects of an answer that is refused are taken back without released()")
    void aRefusedAnswerIsRolledBack() throws TeeException {
        handOver(hosted);
        Hosted other = new Hosted();
        hosted.dispatch = (op, arguments) -> arguments.outputObject(0, other);
        backend.sendFailure = new TeeException(Errno.EINVAL, "nobody waits");
        backend.request(0, 1, object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0));
        fixture.workers.serve();
        assertEquals(1, fixture.context.describe().callbackObjects);
        assertEquals(0, other.released);
    }

    @Test
    void anObjectOfAnotherContextCannotBeReturned() throws TeeException {
        handOver(hosted);
        SharedMemory foreign = fixture.open().allocate(1);
        hosted.dispatch = (op, arguments) -> arguments.outputObject(0, foreign);
        backend.request(0, 1, object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0));
        fixture.workers.serve();
        assertEquals(1, answer());
    }

    @Test
    @DisplayName(
            "ERM-4: a request can be failed while its object works on it; the late answer is refused and hands over "
                    + "nothing")
    void aCallCanBeFailedEarly() throws TeeException {
        handOver(hosted);
        Hosted other = new Hosted();
        hosted.dispatch = (op, arguments) -> {
            CallbackCall call = fixture.workers.begun.get(0);
            assertTrue(call.fail(Errno.ETIMEDOUT));
            assertFalse(call.fail(Errno.ENODEV));
            assertTrue(arguments.isAbandoned());
            arguments.outputObject(0, other);
        };
        backend.request(0, 1, object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0));
        fixture.workers.serve();
        assertEquals(1, backend.answers.size());
        assertEquals(-110, answer());
        assertEquals(1, fixture.context.describe().callbackObjects);
        assertFalse(fixture.workers.begun.get(0).fail(Errno.ENODEV));
    }

    @Test
    @DisplayName(
            "ERM-23: given a request when it is taken then its call tells who waits, and nothing does when it was run")
    void aCallTellsWhoWaits() throws TeeException {
        handOver(hosted);
        Thread client = new Thread();
        List<Thread> seen = new ArrayList<>();
        hosted.dispatch =
                (op, arguments) -> seen.add(fixture.workers.begun.get(0).client());
        backend.request(0, 1, request -> request.awaitedBy(client));
        fixture.workers.serve();
        assertEquals(List.of(client), seen);
        assertNull(fixture.workers.begun.get(0).client());
    }

    @Test
    @DisplayName("REQ-8: an object can see that nobody waits any more")
    void anObjectSeesThatItIsAbandoned() throws TeeException {
        handOver(hosted);
        List<Boolean> seen = new ArrayList<>();
        hosted.dispatch = (op, arguments) -> {
            seen.add(arguments.isAbandoned());
            backend.awaited = false;
            seen.add(arguments.isAbandoned());
            backend.awaited = true;
            fixture.context.close();
            seen.add(arguments.isAbandoned());
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(List.of(false, true, true), seen);
        assertEquals(0, backend.answers.size());
        assertEquals(1, backend.releases.get());
    }

    @Test
    @DisplayName("ERM-29: given an object that has less stack than the reserve, when it asks whether it is abandoned, "
            + "then that does not"
            + " begin, which could not end")
    void abandonedAtTheEndOfTheStack() throws TeeException {
        handOver(hosted);
        List<Boolean> begun = new ArrayList<>();
        hosted.dispatch = (op, arguments) -> {
            begun.add(arguments.isAbandoned());
            if (beginsAtTheEndOfTheStack(arguments)) {
                begun.add(true);
            }
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(List.of(false), begun);
        assertEquals(0, answer());
        assertEquals(0, fixture.inside());
    }

    private static boolean beginsAtTheEndOfTheStack(IncomingArguments arguments) {
        try {
            StackReserve.require();
        } catch (StackOverflowError e) {
            return begins(arguments);
        }
        return beginsAtTheEndOfTheStack(arguments);
    }

    private static boolean begins(IncomingArguments arguments) {
        try {
            arguments.isAbandoned();
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-4: given an object that copies shared memory when its call is failed then nobody waits for "
                    + "the copy,"
                    + " and who copies sends the failure")
    void aCallIsFailedBesideTheCopy() throws Exception {
        handOver(hosted);
        ByteBuffer target = ByteBuffer.allocate(8);
        backend.copying = length -> {
            CallbackCall call = fixture.workers.begun.get(0);
            assertTrue(call.fail(Errno.ETIMEDOUT), "the first to fail it");
            assertFalse(call.fail(Errno.ENODEV));
            assertEquals(0, backend.answers.size(), "the backend refuses answers while it keeps the client");
        };
        hosted.dispatch = (op, arguments) -> {
            assertTrue(arguments.copyShared(ByteBuffer.allocate(8).putLong(0, 5), 0, target, 0, 8));
            assertEquals(-110, answer());
            assertTrue(arguments.isAbandoned());
            assertFalse(arguments.copyShared(ByteBuffer.allocate(8), 0, target, 0, 8));
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(5, target.getLong(0));
        assertEquals(1, backend.answers.size());
    }

    @Test
    @DisplayName("ERM-20: given a long copy when its call is failed then it ends after the part that had begun")
    void aLongCopyIsCutIntoParts() throws Exception {
        handOver(hosted);
        int size = 1 << 20;
        List<Integer> parts = new ArrayList<>();
        backend.copying = length -> {
            parts.add(length);
            if (parts.size() == 3) {
                fixture.workers.begun.get(0).fail(Errno.ETIMEDOUT);
            }
        };
        hosted.dispatch = (op, arguments) ->
                assertFalse(arguments.copyShared(ByteBuffer.allocate(size), 0, ByteBuffer.allocate(size), 0, size));
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(List.of(65536, 65536, 65536), parts);
        assertEquals(-110, answer());
    }

    @Test
    @DisplayName(
            "ERM-20: given a range outside of the buffers or another thread when it asks for a copy then nothing is "
                    + "copied")
    void aCopyThatCannotBe() throws Exception {
        handOver(hosted);
        ByteBuffer eight = ByteBuffer.allocate(8).putLong(0, -1);
        ByteBuffer target = ByteBuffer.allocate(16);
        hosted.dispatch = (op, arguments) -> {
            assertThrows(IndexOutOfBoundsException.class, () -> arguments.copyShared(eight, 1, target, 0, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> arguments.copyShared(eight, 0, target, 9, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> arguments.copyShared(eight, -1, target, 0, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> arguments.copyShared(eight, 0, target, 0, -1));
            assertThrows(
                    ReadOnlyBufferException.class,
                    () -> arguments.copyShared(eight, 0, target.asReadOnlyBuffer(), 0, 8));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other = new Thread(() -> arguments.copyShared(eight, 0, target, 0, 8));
            other.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
            other.start();
            other.join();
            assertEquals(IllegalStateException.class, thrown.get().getClass());
            assertEquals(0, target.getLong(0));
            assertTrue(arguments.copyShared(eight, 8, target, 16, 0));
            assertTrue(arguments.copyShared(eight, 0, target, 8, 8));
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(0, answer());
        assertEquals(-1, target.getLong(8));
    }

    @Test
    @DisplayName("REQ-8: shared memory is not touched once nobody waits any more")
    void nothingIsCopiedForNobody() throws TeeException {
        handOver(hosted);
        List<Boolean> copied = new ArrayList<>();
        ByteBuffer source = ByteBuffer.allocate(8).putLong(0, 1);
        ByteBuffer target = ByteBuffer.allocate(8);
        hosted.dispatch = (op, arguments) -> {
            copied.add(arguments.copyShared(source, 0, target, 0, 8));
            target.putLong(0, 7);
            backend.awaited = false;
            copied.add(arguments.copyShared(source, 0, target, 0, 8));
            backend.awaited = true;
            fixture.context.close();
            copied.add(arguments.copyShared(source, 0, target, 0, 8));
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(List.of(true, false, false), copied);
        assertEquals(7, target.getLong(0));
    }

    @Test
    @DisplayName(
            "ERM-20: given an object that is returned while its context closes when it is told of its release then "
                    + "that is within"
                    + " the workers' bracket")
    void anOutputIsReleasedWithinTheBracket() throws TeeException {
        handOver(hosted);
        Hosted returned = new Hosted();
        hosted.dispatch = (op, arguments) -> {
            arguments.outputObject(0, returned);
            backend.inspect = params -> fixture.context.close();
        };
        backend.request(0, 1, object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0));
        fixture.workers.serve();
        assertEquals(1, returned.released);
    }

    @Test
    @DisplayName(
            "ERM-20: given a call that is failed before it runs then its object is not called, and what came with it "
                    + "is given"
                    + " back")
    void aCallThatIsRefusedByTheWorkers() throws TeeException {
        handOver(hosted);
        fixture.workers.beforeRun = call -> assertTrue(call.fail(Errno.EBUSY));
        backend.request(0, 1, object(TeeParam.Type.OBJREF_INPUT, 5, TeeParam.FLAG_TEE));
        fixture.workers.serve();
        releaseByTee(0);
        assertEquals(0, hosted.dispatched);
        assertEquals(0, hosted.released);
        assertEquals(-16, answer());
        Awaitility.await().until(() -> backend.released.contains(5L));
    }

    @Test
    void argumentsAreNotValidAfterTheInvocation() throws TeeException {
        handOver(hosted);
        AtomicReference<IncomingArguments> late = new AtomicReference<>();
        hosted.dispatch = (op, arguments) -> late.set(arguments);
        backend.request(0, 1, input((byte) 1).andThen(output(1)));
        fixture.workers.serve();
        assertThrows(IllegalStateException.class, () -> late.get().input(0));
        assertThrows(IllegalStateException.class, () -> late.get().output(0));
    }

    @Test
    void anInputThatIsKeptNeverShowsTheDataOfLaterRequests() throws TeeException {
        handOver(hosted);
        List<ByteBuffer> kept = new ArrayList<>();
        hosted.dispatch = (op, arguments) -> kept.add(arguments.input(0));
        backend.request(0, 1, input((byte) 1));
        backend.request(0, 1, input((byte) 2));
        fixture.workers.serveAll();
        assertEquals(1, kept.get(0).get(0));
        assertEquals(2, kept.get(1).get(0));
    }

    @Test
    @DisplayName("SEL-8: a release is told to the object and to who watches it, and is not answered")
    void aReleaseIsWatchedButNotAnswered() throws TeeException {
        handOver(hosted);
        releaseByTee(0);
        assertEquals(List.of(), backend.answers);
        CallbackCall call = fixture.workers.begun.get(0);
        assertEquals(DriverContext.OP_RELEASE, call.op());
        assertSame(hosted, call.target());
        assertFalse(call.fail(Errno.ENODEV), "it is over");
        assertEquals(1, fixture.workers.ended.size());
        assertEquals(List.of(), backend.answers);
    }

    @Test
    @DisplayName("ERM-19: a release may be served while the object still works on a request")
    void aReleaseBesideADispatch() throws TeeException {
        handOver(hosted);
        hosted.dispatch = (op, arguments) -> {
            releaseByTee(0);
            assertEquals(1, hosted.released);
        };
        backend.request(0, 1);
        fixture.workers.serve();
        assertEquals(0, answer());
    }

    @Test
    void workersThatComeLaterAreToldOfWhatWaits() throws TeeException {
        handOver(hosted);
        fixture.presentWorkers.set(null);
        for (int i = 0; i < 3; i++) {
            backend.request(0, i);
        }
        assertEquals(0, fixture.workers.announced.size());
        fixture.presentWorkers.set(fixture.workers);
        fixture.device.catchUp(fixture.workers);
        assertEquals(3, fixture.workers.serveAll());
        backend.request(0, 9);
        assertTrue(fixture.workers.serve());
        assertEquals(0, fixture.workers.announced.size());
        assertEquals(4, hosted.dispatched);
    }

    @Test
    @DisplayName("ERM-29, CBO-4: given workers that come late and cannot take an announcement, then the client of the "
            + "request that was"
            + " found is not left waiting, and an object that was let go is forgotten")
    void anAnnouncementThatFails() throws TeeException {
        handOver(hosted);
        fixture.presentWorkers.set(null);
        backend.request(0, 1);
        backend.request(0, DriverContext.OP_RELEASE);
        fixture.presentWorkers.set(fixture.workers);
        fixture.device.catchUp(fixture.workers);
        CallbackSource source = fixture.workers.announced.remove();
        fixture.workers.announcing = () -> {
            throw new OutOfMemoryError("thrown by the test");
        };

        assertThrows(OutOfMemoryError.class, () -> source.next(fixture.workers));
        assertEquals(1, backend.answers.size());
        assertEquals(-Errno.ENOMEM.number(), answer());
        assertThrows(OutOfMemoryError.class, () -> source.next(fixture.workers));
        assertEquals(0, fixture.context.describe().callbackObjects);
        assertNull(source.next(fixture.workers));
        assertEquals(1, backend.answers.size());
        assertEquals(0, hosted.dispatched + hosted.released);
        fixture.workers.announcing = () -> {};
    }

    @Test
    @DisplayName("ERM-29: given a request that no worker will carry out, when the backend breaks off its failure once, "
            + "then the client gets that failure all the same, and the reason of all is thrown on")
    void aRefusalThatTheBackendBreaksOff() throws TeeException {
        handOver(hosted);
        fixture.presentWorkers.set(null);
        backend.request(0, 1);
        fixture.presentWorkers.set(fixture.workers);
        fixture.device.catchUp(fixture.workers);
        CallbackSource source = fixture.workers.announced.remove();
        fixture.workers.announcing = () -> {
            throw new OutOfMemoryError("thrown by the test");
        };
        AtomicInteger sent = new AtomicInteger();
        backend.sending = () -> {
            if (sent.getAndIncrement() == 0) {
                throw new IllegalStateException("thrown by the test");
            }
        };

        assertThrows(OutOfMemoryError.class, () -> source.next(fixture.workers));
        assertEquals(2, sent.get());
        assertEquals(1, backend.answers.size());
        assertEquals(-Errno.ENOMEM.number(), answer());
        fixture.workers.announcing = () -> {};
    }

    /** A worker, as far as core needs one. */
    private static final class Carrier implements CallbackThread.Carrier {

        private final CallbackWorkers workers;
        private final Executable work;
        private final List<CallbackSource> awaited = new ArrayList<>();
        private int blocked;
        private Throwable thrown;

        Carrier(CallbackWorkers workers, Executable work) {
            this.workers = workers;
            this.work = work;
        }

        /** Does the work on a thread of workers. */
        void carry() throws Throwable {
            Thread thread = new Thread(() -> CallbackThread.run(this), "test-worker");
            thread.start();
            thread.join();
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public void run() {
            try {
                work.execute();
            } catch (Throwable e) {
                thrown = e;
            }
        }

        @Override
        public CallbackWorkers workers() {
            return workers;
        }

        @Override
        public void awaiting(CallbackSource source) {
            awaited.add(source);
        }

        @Override
        public void blocked() {
            blocked++;
        }
    }

    /** Where workers take the calls to the objects of the context, of which this makes one. */
    private CallbackSource source() throws TeeException {
        handOver(hosted);
        fixture.device.catchUp(fixture.workers);
        return fixture.workers.announced.remove();
    }

    @Test
    @DisplayName(
            "given a worker that the TEE makes wait then it is told itself, also when its workers' service is gone")
    void aWorkerThatWaitsIsTold() throws Throwable {
        CallbackSource source = source();
        backend.host.awaiting();
        backend.host.blocked();
        Carrier carrier = new Carrier(fixture.workers, () -> {
            backend.host.awaiting();
            fixture.presentWorkers.set(null);
            backend.host.awaiting();
            backend.host.blocked();
        });
        carrier.carry();
        assertEquals(List.of(source, source), carrier.awaited);
        assertEquals(1, carrier.blocked);
    }

    @Test
    @DisplayName("ERM-3: given a call in progress when its workers' service is gone then it still reaches the objects "
            + "that they"
            + " know by name")
    void aCallInProgressKeepsItsWorkers() throws Throwable {
        CallbackSource source = source();
        fixture.presentWorkers.set(null);
        assertThrows(TeeException.class, () -> fixture.context.callback("time"));
        Carrier carrier = new Carrier(fixture.workers, () -> {
            fixture.context.callback("time").dispatch(1, null);
            handOver(fixture.context.callback("time"));
            backend.request(1, 3);
            assertTrue(fixture.workers.serve(source::awaited));
        });
        carrier.carry();
        assertEquals(List.of("time", "time"), List.copyOf(fixture.workers.dispatched));
    }

    @Test
    @DisplayName("ERM-3: given workers that go then requests wait for others for their grace time, and those who wait "
            + "hear of it")
    void requestsWaitForOtherWorkers() throws TeeException {
        assertEquals(Long.MAX_VALUE, backend.host.graceLeft());
        fixture.device.workersGoing(TimeUnit.HOURS.toNanos(1));
        assertEquals(Long.MAX_VALUE, backend.host.graceLeft());
        fixture.presentWorkers.set(null);
        fixture.device.workersGone();
        assertEquals(1, backend.workersChanged.get());
        assertTrue(backend.host.graceLeft() > TimeUnit.MINUTES.toNanos(59));
        fixture.presentWorkers.set(fixture.workers);
        assertEquals(Long.MAX_VALUE, backend.host.graceLeft());
        fixture.device.workersGoing(0);
        fixture.presentWorkers.set(null);
        assertTrue(backend.host.graceLeft() <= 0);
    }

    @Test
    @DisplayName("SUB-3: a request is answered once, though its object and those who watch it race for it")
    void aRequestIsAnsweredOnce() throws Exception {
        handOver(hosted);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        AtomicInteger failed = new AtomicInteger();
        for (int round = 0; round < 500; round++) {
            CyclicBarrier barrier = new CyclicBarrier(3);
            List<Future<?>> watchers = new ArrayList<>();
            hosted.dispatch = (op, arguments) -> {
                CallbackCall call = fixture.workers.begun.get(op);
                for (int i = 0; i < 2; i++) {
                    watchers.add(executor.submit(() -> {
                        barrier.await();
                        return call.fail(Errno.ETIMEDOUT) ? failed.incrementAndGet() : 0;
                    }));
                }
                barrier.await();
            };
            backend.request(0, round);
            fixture.workers.serve();
            for (Future<?> watcher : watchers) {
                watcher.get();
            }
            assertEquals(round + 1, backend.answers.size());
        }
        long late = backend.answers.stream().filter(each -> each.result() != 0).count();
        assertEquals(late, failed.get());
        executor.shutdown();
    }

    /** Whether another thread can look at the objects of the context meanwhile. */
    private boolean canBeLookedAt() {
        try {
            CompletableFuture.supplyAsync(fixture.context::describe).get(1, TimeUnit.MINUTES);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("ERM-9: no lock of the table is held while an object is told that it is released")
    void releasedIsCalledWithoutALock() throws TeeException {
        List<Boolean> locked = new ArrayList<>();
        CallbackObject object = new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) {}

            @Override
            public void released() {
                locked.add(!canBeLookedAt());
            }
        };
        handOver(object);
        releaseByTee(0);
        handOver(object);
        fixture.context.close();
        assertEquals(List.of(false, false), locked);
    }
}
