// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that recurses until its small stack is full, and does the same thing at each depth: so the stack ends at
 * every step of it, many times. Whatever that breaks off, nothing of it may be left.
 */
@Timeout(300)
class StackOverflowTest {

    private static final int UID = 5001;
    private static final int CALL_BACK = 0;
    private static final int NEW_OBJECT = 1;
    private static final int NOTHING = 2;
    private static final int STACK = 160 << 10;
    private static final int ROUNDS = Integer.getInteger("stackOverflow.rounds", 4);

    private final AtomicInteger objectsInTheTee = new AtomicInteger();
    private final InMemoryTee tee =
            InMemoryTee.builder().with(new Service(objectsInTheTee)).start();
    private TeeContext context;
    private TeeObject service;
    private String before;
    private int overflows;
    private int completed;

    @QteeService(uid = UID)
    private record Service(AtomicInteger objects) implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return (op, arguments) -> {
                if (op == CALL_BACK) {
                    ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments().out(new byte[8]));
                } else if (op == NEW_OBJECT) {
                    arguments.outputObject(0, new Hosted(objects));
                }
            };
        }
    }

    private static final class Hosted implements TrustedObject {
        private final AtomicInteger objects;

        Hosted(AtomicInteger objects) {
            this.objects = objects;
            objects.incrementAndGet();
        }

        @Override
        public void invoke(int op, IncomingArguments arguments) {
            // Nobody invokes it.
        }

        @Override
        public void released() {
            objects.decrementAndGet();
        }
    }

    /** What a client does at each depth. */
    private enum Action {
        INVOKE {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                service.invoke(NOTHING, new Arguments().in(new byte[16]));
            }
        },
        CALL_BACK {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                CallbackObject object = (op, arguments) -> arguments.output(0).putInt(op);
                service.invoke(StackOverflowTest.CALL_BACK, new Arguments().in(object));
            }
        },
        OBJECT {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                Arguments arguments = new Arguments().outObject();
                service.invoke(NEW_OBJECT, arguments);
                closeSurely(arguments.teeObject(0));
            }
        },
        MEMORY {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                SharedMemory memory = context.allocate(4096);
                try {
                    service.invoke(NOTHING, new Arguments().in(memory));
                } finally {
                    closeSurely(memory);
                }
            }
        },
        CONTEXT {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                closeSurely(context.device().open());
            }
        },
        CONTEXT_THAT_HOLDS_MEMORY {
            @Override
            void run(TeeContext context, TeeObject service) throws TeeException {
                TeeContext own = context.device().open();
                LEFT.get().set(own);
                own.allocate(4096);
                closeSurely(own);
            }
        };

        abstract void run(TeeContext context, TeeObject service) throws TeeException;

        /** The client's own part: what it has got it closes, with more stack where this one does not do. */
        private static void closeSurely(AutoCloseable got) {
            LEFT.get().set(got);
            try {
                got.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            LEFT.get().set(null);
        }
    }

    /** What the recursing thread has got and not closed yet. */
    private static final ThreadLocal<AtomicReference<AutoCloseable>> LEFT =
            ThreadLocal.withInitial(AtomicReference::new);

    @BeforeEach
    void open() throws TeeException {
        context = tee.open();
        try (ClientEnv environment = ClientEnv.register(context)) {
            service = environment.open(UID);
        }
        tee.await(
                "QTEE knows of all releases, and let go what it had to",
                () -> device().pendingReleases == 0
                        && Arrays.stream(device().contexts).allMatch(each -> each.callbackObjects == 0));
        before = books();
    }

    @AfterEach
    void close() {
        context.close();
        tee.close();
    }

    private DeviceDTO device() {
        return tee.runtime().snapshot().devices[0];
    }

    /** All that is counted of what is held. */
    private String books() {
        RuntimeDTO all = tee.runtime().snapshot();
        DeviceDTO device = all.devices[0];
        StringBuilder books = new StringBuilder();
        for (ContextDTO each : device.contexts) {
            books.append(String.format(
                    "context %d: %d references, %d TEE objects, %d callback objects, %d memories, %d requests%n",
                    each.id,
                    each.references,
                    each.teeObjects,
                    each.callbackObjects,
                    each.sharedMemories,
                    each.requests.length));
        }
        return books.append(String.format(
                        "%d buffers in use, %d regions, %d bytes; %d releases pending, %d objects in the TEE",
                        all.memory.buffersInUse,
                        all.memory.regions,
                        all.memory.inUse,
                        device.pendingReleases,
                        objectsInTheTee.get()))
                .toString();
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    @DisplayName(
            "ERM-29: given a client whose stack ends anywhere in an operation, then nothing of the operation is left")
    void stackEndsAnywhere(Action action) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Thread client = new Thread(null, () -> recurseToTheEnd(action), "client", STACK);
            client.start();
            client.join();
        }

        assertTrue(overflows > 100, overflows + " overflows");
        assertTrue(completed > 100, completed + " operations completed");
        try {
            tee.await("all is as before", () -> books().equals(before));
        } catch (AssertionError e) {
            assertEquals(before, books(), e.getMessage());
        }
        context.close();
        long id = idOf(before);
        tee.await(
                "the context is released",
                () -> Arrays.stream(device().contexts).noneMatch(each -> each.id == id));
    }

    private static long idOf(String books) {
        String[] lines = books.split("\n");
        String last = lines[lines.length - 2];
        return Long.parseLong(last.substring("context ".length(), last.indexOf(':')));
    }

    /** At each depth, from the first one on, until the stack does not even suffice to come there. */
    private void recurseToTheEnd(Action action) {
        int failedInARow = 0;
        for (int depth = 0; failedInARow < 400; depth++) {
            try {
                recurse(depth, action);
                completed++;
                failedInARow = 0;
            } catch (StackOverflowError e) {
                overflows++;
                failedInARow++;
            } catch (TeeException e) {
                // What trusted code threw, an overflow too, is a result. The Error of a worker never comes here.
                completed++;
            }
            closeLeft();
        }
    }

    private static void closeLeft() {
        AutoCloseable left = LEFT.get().getAndSet(null);
        if (left != null) {
            try {
                left.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void recurse(int depth, Action action) throws TeeException {
        if (depth == 0) {
            action.run(context, service);
        } else {
            recurse(depth - 1, action);
        }
    }
}
