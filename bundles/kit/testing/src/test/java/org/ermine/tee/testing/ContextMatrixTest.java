// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules on objects that cross contexts: one context hosts an object that a trusted service keeps, and one calls the
 * service, which then uses the object. Through core, backend and emulator together.
 */
@Timeout(60)
class ContextMatrixTest {

    /** The context that calls, as seen from the one that hosts. */
    private enum Caller {
        THE_HOST(false),
        ANOTHER_CONTEXT_OF_THE_BUNDLE(false),
        ANOTHER_BUNDLE(false),
        ANOTHER_CONTEXT_AND_THE_HOST_IS_CLOSED(true),
        ANOTHER_BUNDLE_AND_THE_HOST_IS_CLOSED(true);

        final boolean hostCloses;

        Caller(boolean hostCloses) {
            this.hostCloses = hostCloses;
        }

        boolean isHost() {
            return this == THE_HOST;
        }
    }

    private final Keeper keeper = new Keeper();

    @AutoClose
    private final InMemoryTee tee = InMemoryTee.builder().with(keeper).start();

    private final Hosted hosted = new Hosted();
    private TeeContext host;

    /** Operation 0 answers 42, operation 1 returns an object. */
    private static final class Hosted implements CallbackObject {
        final AtomicInteger released = new AtomicInteger();
        volatile ObjectReference returned;

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            if (op == 0) {
                arguments.output(0).putInt(42);
            } else {
                arguments.outputObject(0, returned);
            }
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    @BeforeEach
    void open() throws TeeException {
        host = tee.open();
    }

    private static TeeObject service(TeeContext context) throws TeeException {
        try (ClientEnv environment = ClientEnv.register(context)) {
            return environment.open(Keeper.UID);
        }
    }

    /**
     * Has the service keep the object, and returns the service as the caller has it. The host is closed where that is
     * asked for.
     */
    private TeeObject keep(ObjectReference object, Caller caller) throws TeeException {
        TeeObject hosts = service(host);
        Keeper.keep(hosts, object);
        TeeObject callers = switch (caller) {
            case THE_HOST -> hosts;
            case ANOTHER_CONTEXT_OF_THE_BUNDLE, ANOTHER_CONTEXT_AND_THE_HOST_IS_CLOSED -> service(tee.open());
            default -> service(tee.device("org.example.stranger").open());
        };
        if (caller.hostCloses) {
            host.close();
        }
        return callers;
    }

    private static TeeResult thrownBy(Executable action) {
        return assertThrows(TeeException.class, action).result();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CBO-1, CTX-8: given a callback object of one context, when the secure world invokes it while another one "
                    + "calls, then it"
                    + " answers, and is DEFUNCT once its context is closed")
    void invoked(Caller caller) throws TeeException {
        TeeObject service = keep(hosted, caller);
        byte[] answer = new byte[4];
        Keeper.Work work = kept -> kept.invoke(0, new Arguments().out(answer));
        if (caller.hostCloses) {
            assertEquals(TeeResult.DEFUNCT, thrownBy(() -> keeper.work(service, work)));
        } else {
            keeper.work(service, work);
            assertEquals(42, answer[0]);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "ERM-13, TRAP-10, MEM-5: given memory of one context that the secure world holds, when it maps it while "
                    + "another one"
                    + " calls, then it sees that memory, also when its context is closed")
    void mapped(Caller caller) throws TeeException {
        SharedMemory memory = host.allocate(4096);
        memory.buffer().putInt(8, 7);
        TeeObject service = keep(memory, caller);
        AtomicInteger seen = new AtomicInteger();
        keeper.work(service, kept -> seen.set(read((MemoryObject) kept)));
        assertEquals(7, seen.get());
    }

    private static int read(MemoryObject memory) throws TeeException {
        try (MappedMemory mapping = memory.map()) {
            return mapping.buffer().getInt(8);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "ERM-13, MEM-3: given a callback object that returns memory of its context, when the secure world asks it "
                    + "while another"
                    + " one calls, then it can map that memory")
    void mappedFromCallback(Caller caller) throws TeeException {
        SharedMemory memory = host.allocate(4096);
        memory.buffer().putInt(8, 7);
        hosted.returned = memory;
        TeeObject service = keep(hosted, caller);
        AtomicInteger seen = new AtomicInteger();
        Keeper.Work work = kept -> {
            Arguments arguments = new Arguments().outObject();
            kept.invoke(1, arguments);
            try (MemoryObject returned = (MemoryObject) arguments.object(0)) {
                seen.set(read(returned));
            }
        };
        if (caller.hostCloses) {
            assertEquals(TeeResult.DEFUNCT, thrownBy(() -> keeper.work(service, work)));
        } else {
            keeper.work(service, work);
            assertEquals(7, seen.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CBO-7, MEM-2: given an object of one context, when the secure world returns it to another one, then that "
                    + "gets UNAVAIL;"
                    + " to its own it is itself")
    void returned(Caller caller) throws TeeException {
        TeeObject service = keep(hosted, caller);
        if (caller.isHost()) {
            assertSame(hosted, Keeper.get(service));
        } else {
            assertEquals(TeeResult.UNAVAIL, thrownBy(() -> Keeper.get(service)));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CBO-4, CBO-9: given a callback object of one context, when the secure world lets it go while another one "
                    + "calls, then"
                    + " it is told once, also if its context was closed before")
    void letGo(Caller caller) throws TeeException {
        TeeObject service = keep(hosted, caller);
        keeper.work(service, kept -> keeper.letGo());
        tee.await("the release", () -> hosted.released.get() > 0);
        tee.close();
        assertEquals(1, hosted.released.get());
    }
}
