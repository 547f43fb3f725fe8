// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.CallAbandonedError;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What trusted code can do with objects of the normal world. */
@Timeout(30)
class CallbackTest {

    private static final int UID = 5000;
    private static final int ERROR = 1;
    private static final int INVALID = 2;
    private static final int ABORT = -91;
    private static final int MAXARGS = -94;
    private static final int MAXDATA = -95;
    private static final int UNAVAIL = -96;

    /** Trusted code that gets one object of the normal world. */
    interface Code {
        void run(NormalObject object, IncomingArguments arguments) throws TeeException;
    }

    @TempDir
    Path directory;

    private TestDriver driver;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
    }

    private int run(int id, Code code) throws Exception {
        int service = driver.openNew(
                UID, client -> (op, arguments) -> code.run((NormalObject) arguments.inputObject(0), arguments));
        driver.released.clear();
        return driver.result(service, 0, object(id));
    }

    @Test
    void givenTheLargestMessageThenItFitsAndOneMoreByteDoesNot() throws Exception {
        AtomicInteger size = new AtomicInteger();
        int id = driver.export(request -> {
            size.set(request.inputs().get(0).length);
            return OK;
        });
        assertEquals(OK, run(id, (object, a) -> object.invoke(0, new Arguments().in(new byte[4096 - 16 - 8]))));
        assertEquals(4072, size.getAndSet(0));
        driver = new TestDriver(directory.resolve("other"));
        assertEquals(MAXDATA, run(id, (object, a) -> object.invoke(0, new Arguments().in(new byte[4073]))));
        assertEquals(0, size.get());
    }

    @Test
    void givenSixteenArgumentsOfAKindThenMaxargs() throws Exception {
        Arguments arguments = new Arguments();
        for (int i = 0; i < 16; i++) {
            arguments.in(new byte[1]);
        }
        assertEquals(MAXARGS, run(driver.export(r -> OK), (object, a) -> object.invoke(0, arguments)));
    }

    @Test
    void givenAnObjectOfTheOtherSideOrALocalOperationThenInvalid() throws Exception {
        CallbackObject foreign = (op, arguments) -> {};
        assertEquals(
                INVALID, run(driver.export(r -> OK), (object, a) -> object.invoke(0, new Arguments().in(foreign))));
        driver = new TestDriver(directory.resolve("other"));
        assertEquals(INVALID, run(driver.export(r -> OK), (object, a) -> object.invoke(0xffff, new Arguments())));
    }

    static Stream<TestDriver.Callback> nonsense() {
        return Stream.of(
                request -> {
                    request.outputs()[0] = new byte[9];
                    return OK;
                },
                request -> {
                    request.outputObjects()[0] = 0x7000_0000;
                    return OK;
                },
                request -> {
                    request.outputObjects()[0] = 0x8000_0000;
                    return OK;
                },
                request -> {
                    request.outputObjects()[0] = 0x8000_7777;
                    request.outputs()[0] = new byte[100];
                    return OK;
                });
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    @DisplayName("ERM-5: given an answer that makes no sense, "
            + "then it is UNAVAIL, nothing of it is used and its objects are released")
    void answersOfNonsense(TestDriver.Callback callback) throws Exception {
        byte[] room = new byte[8];
        AtomicReference<Object> returned = new AtomicReference<>();
        int id = driver.export(callback);
        int result = run(id, (object, a) -> {
            Arguments arguments = new Arguments().out(room).outObject();
            try {
                object.invoke(0, arguments);
            } finally {
                returned.set(arguments.object(1));
            }
        });
        assertEquals(UNAVAIL, result);
        assertEquals(null, returned.get());
        assertEquals(0, driver.emulator.pendingReleases());
        assertFalse(driver.holds(id));
    }

    @Test
    void givenANegativeSizeOrAnotherOffsetInTheAnswerThenUnavail() throws Exception {
        int service = driver.openNew(
                UID,
                client -> (op, arguments) ->
                        ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments().out(new byte[8])));
        for (int word : new int[] {16, 20}) {
            TestCall call = new TestCall(driver.memory, 64);
            call.server = () -> call.outbound.putInt(0, 0).putInt(word, -8);
            TestDriver.write(call.inbound, service, 0, object(0x8000_0100));
            driver.emulator.invoke(call);
            assertEquals(UNAVAIL, call.result);
        }
    }

    @Test
    void givenACallbackThatFailsThenItsResultIsThrownAndItsOutputsAreIgnored() throws Exception {
        int id = driver.export(request -> {
            request.outputs()[0] = new byte[] {1};
            request.outputObjects()[0] = 0x8000_5555;
            return 123;
        });
        byte[] room = new byte[1];
        assertEquals(
                123,
                run(
                        id,
                        (object, a) ->
                                object.invoke(0, new Arguments().out(room).outObject())));
        assertEquals(0, room[0]);
        assertEquals(java.util.List.of(id), driver.released);
    }

    @Test
    void givenNoInvocationInProgressThenCallingTheNormalWorldIsAborted() throws Exception {
        AtomicReference<NormalObject> kept = new AtomicReference<>();
        assertEquals(OK, run(driver.export(r -> OK), (object, a) -> kept.set(object.duplicate())));
        TeeException e = assertThrows(TeeException.class, () -> kept.get().invoke(0, new Arguments()));
        assertEquals(ABORT, e.result().code());
        kept.get().close();
        kept.get().close();
        assertThrows(IllegalStateException.class, () -> kept.get().invoke(0, new Arguments()));
        assertEquals(1, driver.emulator.pendingReleases());
    }

    @Test
    void givenAnotherThreadOfTheTrustedCodeThenItIsAborted() throws Exception {
        AtomicInteger result = new AtomicInteger();
        run(
                driver.export(r -> OK),
                (object, a) -> CompletableFuture.runAsync(() -> {
                            try {
                                object.invoke(0, new Arguments());
                            } catch (TeeException e) {
                                result.set(e.result().code());
                            }
                        })
                        .join());
        assertEquals(ABORT, result.get());
    }

    @Test
    void givenALentObjectThatIsKeptThenItIsClosedAfterTheInvocation() throws Exception {
        AtomicReference<NormalObject> kept = new AtomicReference<>();
        int id = driver.export(r -> OK);
        run(id, (object, a) -> kept.set(object));
        assertFalse(driver.holds(id));
        assertThrows(IllegalStateException.class, () -> kept.get().duplicate());
    }

    @Test
    @DisplayName("given a trusted object passed to the normal world, "
            + "then it can be invoked within the callback and must be released")
    void trustedObjectInRequest() throws Exception {
        AtomicInteger released = new AtomicInteger();
        AtomicInteger invoked = new AtomicInteger();
        TrustedObject given = new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments arguments) {
                invoked.set(op);
            }

            @Override
            public void released() {
                released.incrementAndGet();
            }
        };
        AtomicInteger given1 = new AtomicInteger();
        int id = driver.export(request -> {
            given1.set(request.objects()[0]);
            return driver.nested(request.objects()[0], 42);
        });
        assertEquals(OK, run(id, (object, a) -> object.invoke(0, new Arguments().in(given))));
        assertEquals(42, invoked.get());
        assertEquals(0, released.get());
        driver.release(given1.get());
        assertEquals(1, released.get());
    }

    @Test
    void givenARequestThatCannotBeSentThenItsObjectsAreGivenBackUntold() throws Exception {
        AtomicInteger released = new AtomicInteger();
        TrustedObject given = new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments arguments) {}

            @Override
            public void released() {
                released.incrementAndGet();
            }
        };
        int live = driver.emulator.liveObjects();
        CallbackObject foreign = (op, arguments) -> {};
        assertEquals(
                INVALID,
                run(
                        driver.export(r -> OK),
                        (object, a) ->
                                object.invoke(0, new Arguments().in(given).in(foreign))));
        assertEquals(live + 2, driver.emulator.liveObjects(), "client and service only");
        assertEquals(0, released.get());
    }

    @Test
    void givenReleasedThenTheNormalWorldCannotBeCalledFromThere() throws Exception {
        AtomicReference<NormalObject> kept = new AtomicReference<>();
        AtomicInteger result = new AtomicInteger();
        int service = driver.openNew(UID, client -> new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments arguments) {
                kept.set(((NormalObject) arguments.inputObject(0)).duplicate());
            }

            @Override
            public void released() {
                TeeException e =
                        assertThrows(TeeException.class, () -> kept.get().invoke(0, new Arguments()));
                result.set(e.result().code());
                kept.get().close();
            }
        });
        int id = driver.export(r -> OK);
        driver.ok(service, 0, object(id));
        assertTrue(driver.holds(id));
        driver.release(service);
        assertEquals(ABORT, result.get());
        assertFalse(driver.holds(id), "it is announced with the return of the release");
    }

    @Test
    void givenAMemoryObjectThenItIsMappedReadAndWrittenAndUnmapped() throws Exception {
        byte[] content = {1, 2, 3, 4};
        long address = driver.memory.allocate(8192);
        driver.memory.buffer(address).put(4096, content);
        int id = driver.exportMemory(address + 4096, 4096);
        AtomicReference<MappedMemory> mapping = new AtomicReference<>();
        int result = run(id, (object, a) -> {
            MappedMemory mapped = ((MemoryObject) object).map();
            ByteBuffer buffer = mapped.buffer();
            assertEquals(4096, buffer.remaining());
            assertEquals(0x04030201, buffer.getInt());
            buffer.put(0, (byte) 9);
            mapping.set(mapped);
        });
        assertEquals(OK, result);
        assertEquals(9, driver.memory.buffer(address).get(4096));
        assertFalse(driver.holds(id), "the mapping outlives the memory object");
        assertEquals(1, driver.exported());
        mapping.get().close();
        mapping.get().close();
        assertThrows(IllegalStateException.class, () -> mapping.get().buffer());
        driver.register(1);
        assertEquals(0, driver.exported());
    }

    @Test
    void givenAMappingThatMakesNoSenseThenUnavailAndItIsReleased() throws Exception {
        int unknown = driver.exportMemory(77L << 32, 4096);
        assertEquals(UNAVAIL, run(unknown, (object, a) -> ((MemoryObject) object).map()));
        assertEquals(0, driver.exported());
        driver = new TestDriver(directory.resolve("second"));
        driver.mapWith(0);
        int unreadable = driver.exportMemory(new byte[4096]);
        assertEquals(UNAVAIL, run(unreadable, (object, a) -> ((MemoryObject) object).map()));
        assertEquals(0, driver.exported());
        driver = new TestDriver(directory.resolve("third"));
        int callback = driver.export(r -> OK);
        assertEquals(UNAVAIL, run(callback, (object, a) -> ((MemoryObject) object).map()));
        assertEquals(0, driver.exported());
    }

    @Test
    void givenAReadOnlyMappingThenWritingFails() throws Exception {
        driver.mapWith(4);
        int id = driver.exportMemory(new byte[4096]);
        assertEquals(
                ERROR,
                run(id, (object, a) -> ((MemoryObject) object).map().buffer().put(0, (byte) 1)));
    }

    @Test
    @DisplayName("MSG-6: given more releases than fit into a return, then the rest follows with the next")
    void manyReleases() throws Exception {
        java.util.List<NormalObject> kept = new java.util.ArrayList<>();
        int service = driver.openNew(UID, client -> (op, arguments) -> {
            for (int i = 0; i < arguments.inputObjectCount(); i++) {
                kept.add(((NormalObject) arguments.inputObject(i)).duplicate());
            }
        });
        driver.released.clear();
        int[] ids = new int[1500];
        for (int i = 0; i < ids.length; i += 15) {
            TestDriver.Arg[] args = new TestDriver.Arg[15];
            for (int j = 0; j < 15; j++) {
                ids[i + j] = driver.export(r -> OK);
                args[j] = object(ids[i + j]);
            }
            driver.ok(service, 0, args);
        }
        kept.forEach(NormalObject::close);
        assertEquals(1500, driver.emulator.pendingReleases());
        driver.ok(service, 0);
        assertEquals(1021, driver.released.size());
        driver.ok(service, 0);
        assertEquals(java.util.Arrays.stream(ids).boxed().toList(), driver.released);
    }

    @Test
    void givenAnObjectReturnedByACallbackThenItIsTheTrustedCodesUntilClosed() throws Exception {
        int inner = driver.export(request -> 55);
        int id = driver.export(request -> {
            request.outputObjects()[0] = inner;
            return OK;
        });
        AtomicReference<NormalObject> kept = new AtomicReference<>();
        int result = run(id, (object, a) -> {
            Arguments arguments = new Arguments().outObject();
            object.invoke(0, arguments);
            kept.set((NormalObject) arguments.object(0));
            kept.get().invoke(0, new Arguments());
        });
        assertEquals(55, result);
        assertTrue(driver.holds(inner));
        kept.get().close();
        driver.register(1);
        assertFalse(driver.holds(inner));
    }

    @Test
    @DisplayName(
            "ERM-25: given trusted code that calls back for ever, whatever exception it gets, then the call ends when "
                    + "the normal world leaves it, and the next one is served")
    void callsBackForEver() throws Exception {
        AtomicInteger served = new AtomicInteger();
        int id = driver.export(request -> {
            if (served.incrementAndGet() > 10) {
                throw new CallAbandonedError("the time is over");
            }
            return 1;
        });
        assertThrows(
                CallAbandonedError.class,
                () -> run(id, (object, a) -> {
                    while (true) {
                        try {
                            object.invoke(0, new Arguments());
                        } catch (TeeException | RuntimeException again) {
                            served.addAndGet(0);
                        }
                    }
                }));
        assertEquals(11, served.get());
        driver = new TestDriver(directory.resolve("other"));
        assertEquals(OK, run(driver.export(r -> OK), (object, a) -> object.invoke(0, new Arguments())));
    }
}
