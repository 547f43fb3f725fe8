// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.context.Context;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InvocationTest {

    private static final CallbackObject CALLBACK = (op, arguments) -> {};

    @AutoClose
    private Fixture fixture;

    private TeeObject root;

    @BeforeEach
    void open() throws TeeException {
        fixture = new Fixture();
        root = fixture.context.root();
    }

    @Test
    @DisplayName(
            "ERM-29, CTX-4: given an invocation that runs out of memory, and objects that came with it which cannot "
                    + "be let go then, when it"
                    + " has failed, then nobody is inside, and the next invocation finds nothing of it")
    void nothingStaysOfAnInvocationWhoseEndFails() throws TeeException {
        fixture.backend.invocation = (object, op, params) -> {
            for (int i = 0; i < params.count(); i++) {
                params.get(i).object(TeeParam.Type.OBJREF_OUTPUT, 0, TeeParam.FLAG_USER, InvocationTest::noMemory);
            }
            throw new OutOfMemoryError("thrown by the test");
        };

        assertThrows(
                OutOfMemoryError.class,
                () -> root.invoke(0, new Arguments().outObject().outObject()));

        assertEquals(0, fixture.inside());
        fixture.backend.invocation = (object, op, params) -> params.count();
        root.invoke(0, new Arguments());
    }

    private static void noMemory() {
        throw new OutOfMemoryError("thrown by the test");
    }

    @Test
    void buffersReachTheDriverAsTheyAreAndItsOutputReachesTheCaller() throws TeeException {
        List<String> seen = new ArrayList<>();
        fixture.backend.invocation = (object, op, params) -> {
            seen.add(object + "/" + op + "/" + params.get(0) + "/" + params.get(1) + "/" + params.get(2));
            ByteBuffer input = ByteBuffer.allocate(3);
            params.get(0).read(input, 0);
            params.get(1).write(input, 0, 3);
            params.get(2).write(input, 1, 2);
            return 0;
        };
        byte[] room = new byte[6];
        ByteBuffer direct = ByteBuffer.allocateDirect(10).position(4).limit(9);
        Arguments arguments = new Arguments()
                .in(new byte[] {9, 1, 2, 3, 9}, 1, 3)
                .out(room, 2, 4)
                .out(direct);

        root.invoke(5, arguments);

        assertEquals(List.of("-1/5/UBUF_INPUT[3]/UBUF_OUTPUT[4]/UBUF_OUTPUT[5]"), seen);
        assertEquals(3, arguments.size(1));
        assertArrayEquals(new byte[] {0, 0, 1, 2, 3, 0}, room);
        assertEquals(2, arguments.size(2));
        assertEquals(2, direct.get(4));
        assertEquals(3, direct.get(5));
        assertEquals(4, direct.position());
    }

    @Test
    @DisplayName("INV-6: a result that is not OK is a TeeException with that result, and without errno")
    void aResultOfTheObjectIsReportedAsSuch() throws TeeException {
        TeeObject object = fixture.teeObject(12);
        fixture.backend.invocation = (id, op, params) -> 14;

        TeeException e = assertThrows(TeeException.class, () -> object.invoke(3, new Arguments()));

        assertEquals(TeeResult.of(14), e.result());
        assertTrue(e.errno().isEmpty());
        assertEquals("operation 3 on object 12 of fake: error 14", e.getMessage());
    }

    @Test
    @DisplayName("ERM-23: given a result that stands for a limit of the backend, then the client is told which")
    void aResultThatStandsForALimitIsExplained() throws TeeException {
        TeeObject object = fixture.teeObject(12);
        fixture.backend.invocation = (id, op, params) -> 15;

        TeeException e = assertThrows(TeeException.class, () -> object.invoke(3, new Arguments()));

        assertEquals(
                "operation 3 on object 12 of fake: error 15: the limit is 3 (option most of org.example)",
                e.getMessage());
    }

    @Test
    @DisplayName("INV-6: what the driver throws reaches the caller with its errno")
    void anErrnoOfTheDriverIsPassedOn() {
        fixture.backend.invocation = (id, op, params) -> {
            throw FakeContext.noDevice();
        };
        TeeException e = assertThrows(TeeException.class, () -> root.invoke(3, new Arguments()));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
    }

    @Test
    @DisplayName("INV-3: RETAIN, RELEASE and numbers that do not fit are refused before the driver is asked")
    void operationsOutOfRangeAreRefused() throws TeeException {
        for (int op : new int[] {-1, 0xfffe, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            TeeException e = assertThrows(TeeException.class, () -> root.invoke(op, new Arguments()));
            assertEquals(Errno.EINVAL, e.errno().orElseThrow());
            assertEquals(TeeResult.INVALID, e.result());
        }
        assertEquals(0, fixture.backend.invocations.get());
        root.invoke(0xfffd, new Arguments());
        assertEquals(1, fixture.backend.invocations.get());
    }

    @Test
    @DisplayName("INV-1: 64 arguments pass, 65 are refused with MAXARGS before the driver is asked")
    void tooManyArgumentsAreRefused() throws TeeException {
        Arguments arguments = new Arguments();
        for (int i = 0; i < 64; i++) {
            arguments.in(new byte[1]);
        }
        root.invoke(0, arguments);
        arguments.in(new byte[1]);
        TeeException e = assertThrows(TeeException.class, () -> root.invoke(0, arguments));
        assertEquals(TeeResult.MAXARGS, e.result());
        assertEquals(Errno.EINVAL, e.errno().orElseThrow());
        assertEquals(1, fixture.backend.invocations.get());
    }

    @Test
    void nullArgumentsAreMisuse() {
        assertThrows(NullPointerException.class, () -> root.invoke(0, null));
    }

    @Test
    @DisplayName("TRAP-8: a refused argument leaves no callback object behind")
    void allArgumentsAreCheckedBeforeAnythingIsCreated() throws TeeException {
        TeeContext other = fixture.open();
        SharedMemory foreignMemory = other.allocate(1);
        TeeObject closed = fixture.teeObject(5);
        closed.close();
        SharedMemory closedMemory = fixture.context.allocate(1);
        closedMemory.close();
        ObjectReference unknownKind = new ObjectReference() {};

        for (ObjectReference bad : new ObjectReference[] {foreignMemory, closed, closedMemory, unknownKind, root}) {
            Arguments arguments = new Arguments().in(CALLBACK).in(new byte[2]).in(bad);
            int before = fixture.backend.invocations.get();
            TeeException e = assertThrows(TeeException.class, () -> root.invoke(0, arguments), bad.toString());
            assertEquals(Errno.EINVAL, e.errno().orElseThrow());
            assertTrue(e.getMessage().startsWith("argument 2: "), e.getMessage());
            assertEquals(before, fixture.backend.invocations.get());
            assertEquals(0, fixture.context.describe().callbackObjects);
        }
    }

    @Test
    @DisplayName("CTX-9: an object of another context is refused, though its id may be good here")
    void objectsOfAnotherContextAreRefused() throws TeeException {
        TeeObject mine = fixture.teeObject(0);
        Context other = (Context) fixture.open();
        TeeException e = assertThrows(TeeException.class, () -> other.root().invoke(0, new Arguments().in(mine)));
        assertEquals("argument 0: object 0 belongs to another context", e.getMessage());
    }

    @Test
    void inputObjectsOfEachKindReachTheDriverUnderTheirIds() throws TeeException {
        TeeObject object = fixture.teeObject(8);
        SharedMemory memory = fixture.context.allocate(1);
        List<String> seen = new ArrayList<>();
        fixture.backend.invocation = (id, op, params) -> {
            for (int i = 0; i < params.count(); i++) {
                seen.add(params.get(i).toString());
            }
            return 0;
        };
        root.invoke(0, new Arguments().in(object).in(memory).in(CALLBACK).in((ObjectReference) null));
        assertEquals(
                List.of(
                        "OBJREF_INPUT(8, flags 1)",
                        "OBJREF_INPUT(1, flags 4)",
                        "OBJREF_INPUT(0, flags 2)",
                        "OBJREF_INPUT(-1, flags 0)"),
                seen);
    }

    @Test
    @DisplayName(
            "OBJ-7: output objects are told apart by their flags: USER, TEE, MEM; the NULL id is NULL whatever they "
                    + "say")
    void outputObjectsOfEachKindReachTheCaller() throws TeeException {
        SharedMemory memory = fixture.context.allocate(1);
        root.invoke(0, new Arguments().in(CALLBACK));
        fixture.backend.invocation = (id, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 21, TeeParam.FLAG_TEE);
            params.get(1).object(TeeParam.Type.OBJREF_OUTPUT, 0, TeeParam.FLAG_USER | TeeParam.FLAG_TEE);
            params.get(2).object(TeeParam.Type.OBJREF_OUTPUT, memory.id(), TeeParam.FLAG_MEM);
            params.get(3).object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, TeeParam.FLAG_TEE);
            return 0;
        };
        Arguments arguments =
                new Arguments().outObject().outObject().outObject().outObject();

        root.invoke(0, arguments);

        assertEquals(21, arguments.teeObject(0).id());
        assertSame(CALLBACK, arguments.object(1));
        SharedMemory returned = (SharedMemory) arguments.object(2);
        assertNotSame(memory, returned);
        assertEquals(memory.id(), returned.id());
        returned.close();
        assertFalse(memory.isClosed());
        assertNull(arguments.object(3));
    }

    @Test
    @DisplayName("TRAP-32: an answer with one bad object gives no output at all, and every reference is given back")
    void aBadOutputObjectFailsTheWholeInvocation() throws TeeException {
        SharedMemory memory = fixture.context.allocate(1);
        fixture.backend.invocation = (id, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 30, TeeParam.FLAG_TEE);
            params.get(1).object(TeeParam.Type.OBJREF_OUTPUT, 99, TeeParam.FLAG_USER);
            params.get(2).object(TeeParam.Type.OBJREF_OUTPUT, 31, TeeParam.FLAG_TEE);
            params.get(3).object(TeeParam.Type.OBJREF_OUTPUT, memory.id(), TeeParam.FLAG_MEM);
            return 0;
        };
        Arguments arguments =
                new Arguments().outObject().outObject().outObject().outObject();

        TeeException e = assertThrows(TeeException.class, () -> root.invoke(0, arguments));

        assertEquals(TeeResult.UNAVAIL, e.result());
        assertTrue(e.getMessage().contains("argument 1"), e.getMessage());
        assertEquals(List.of(30L, 31L), fixture.backend.released);
        assertEquals(1, fixture.memory.regions.get(memory.id()).references.get());
        for (int i = 0; i < 4; i++) {
            assertNull(arguments.object(i));
        }
    }

    @Test
    void aFailedInvocationLeavesNoOutputOfAnEarlierOne() throws TeeException {
        Arguments arguments = new Arguments().outObject();
        fixture.backend.invocation = (id, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 30, TeeParam.FLAG_TEE);
            return 0;
        };
        root.invoke(0, arguments);
        assertEquals(30, arguments.teeObject(0).id());
        assertThrows(TeeException.class, () -> root.invoke(-1, arguments));
        assertNull(arguments.object(0));
    }

    @Test
    @DisplayName("TRAP-32: given arguments used again, when the answer has a bad object, then what an earlier one"
            + " returned stays open and is forgotten")
    void aBadAnswerLeavesTheObjectsOfAnEarlierOneOpen() throws TeeException {
        Arguments arguments = new Arguments().outObject().outObject();
        fixture.backend.invocation = (id, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 30, TeeParam.FLAG_TEE);
            params.get(1).object(TeeParam.Type.OBJREF_OUTPUT, 31, TeeParam.FLAG_TEE);
            return 0;
        };
        root.invoke(0, arguments);
        TeeObject second = arguments.teeObject(1);
        fixture.backend.invocation = (id, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, 99, TeeParam.FLAG_USER);
            return 0;
        };

        assertThrows(TeeException.class, () -> root.invoke(0, arguments));

        assertFalse(second.isClosed());
        assertNull(arguments.object(1));
    }

    @Test
    void theTimeLimitReachesTheDriver() throws TeeException {
        root.invoke(0, new Arguments());
        assertEquals(Long.MAX_VALUE, fixture.backend.callbackNanos);
        root.invoke(0, new Arguments(), Duration.ofMillis(3));
        assertEquals(3_000_000, fixture.backend.callbackNanos);
        root.invoke(0, new Arguments(), Duration.ofSeconds(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE - 1, fixture.backend.callbackNanos);
        for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            assertThrows(IllegalArgumentException.class, () -> root.invoke(0, new Arguments(), bad));
        }
    }

    @Test
    void nestedInvocationsOnOneThreadDoNotShareParameters() throws TeeException {
        AtomicInteger depth = new AtomicInteger();
        List<TeeParams> used = new ArrayList<>();
        fixture.backend.invocation = (id, op, params) -> {
            assertFalse(used.contains(params));
            used.add(params);
            if (depth.incrementAndGet() < 20) {
                root.invoke(op + 1, new Arguments().in(new byte[depth.get()]));
            }
            assertEquals(op, params.get(0).size());
            return 0;
        };
        root.invoke(0, new Arguments().in(new byte[0]));
        assertEquals(20, used.size());
    }

    @Test
    void anInvocationWithBuffersAllocatesNothing() throws TeeException {
        Arguments arguments = new Arguments()
                .in(new byte[64])
                .out(new byte[64])
                .in(ByteBuffer.allocateDirect(32))
                .out(ByteBuffer.allocateDirect(32));
        TeeObject object = fixture.teeObject(4);
        for (int i = 0; i < 20_000; i++) {
            object.invoke(1, arguments);
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < 100_000; i++) {
            object.invoke(1, arguments);
        }
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertTrue(allocated < 10_000, "100,000 invocations allocated " + allocated + " bytes");
    }
}
