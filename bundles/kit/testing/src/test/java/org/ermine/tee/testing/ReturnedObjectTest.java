// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A trusted service returns what it was just given, and keeps nothing. */
@Timeout(60)
class ReturnedObjectTest {

    private static final int TIMES = 1000;

    private final Keeper keeper = new Keeper();
    private final InMemoryTee tee = InMemoryTee.builder().with(keeper).start();
    private TeeContext context;
    private TeeObject service;

    /** Counts how often the secure world let it go. */
    private static final class Counting implements CallbackObject {
        private final AtomicInteger released = new AtomicInteger();

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            // Nobody invokes it.
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    @BeforeEach
    void open() throws TeeException {
        context = tee.open();
        try (ClientEnv environment = ClientEnv.register(context)) {
            service = environment.open(Keeper.UID);
        }
    }

    @AfterEach
    void close() {
        context.close();
        tee.close();
    }

    @Test
    @DisplayName(
            "MSG-8, CBO-10: given a callback object, when a service returns it without keeping it, then the client "
                    + "gets it"
                    + " each time and its release follows once each time")
    void callbackObject() throws TeeException {
        for (int i = 0; i < TIMES; i++) {
            Counting object = new Counting();
            assertSame(object, Keeper.echo(service, object));
            tee.await("the release of " + i, () -> object.released.get() == 1);
        }
    }

    @Test
    @DisplayName(
            "MSG-8, CBO-10: given memory, when a service returns it without keeping it, then the client gets the same "
                    + "memory,"
                    + " with a reference of its own")
    void memory() throws TeeException {
        for (int i = 0; i < TIMES; i++) {
            try (SharedMemory memory = context.allocate(4096);
                    SharedMemory returned = (SharedMemory) Keeper.echo(service, memory)) {
                assertNotSame(memory, returned);
                memory.buffer().putInt(0, i);
                assertEquals(i, returned.buffer().getInt(0));
            }
        }
    }

    @Test
    @DisplayName("MSG-8, CBO-10, MEM-5: given memory that the client closed while a service keeps it, when the service "
            + "returns it and"
            + " lets it go, then the client gets it as it was")
    void closedMemory() throws TeeException {
        for (int i = 0; i < TIMES; i++) {
            try (SharedMemory memory = context.allocate(4096)) {
                memory.buffer().putInt(0, i);
                Keeper.keep(service, memory);
            }
            try (SharedMemory returned = (SharedMemory) Keeper.getAndLetGo(service)) {
                assertEquals(i, returned.buffer().getInt(0));
            }
        }
    }
}
