// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects that their clients let go while they are invoked. */
@Timeout(30)
class ReleasedTargetTest {

    private static final int UID = 5000;
    private static final int BADOBJ = ResultCodes.BADOBJ;
    private static final int WAIT = 1;
    private static final int RECUR = 2;
    private static final int DEPTH = 12;

    @TempDir
    Path directory;

    private TestDriver driver;
    private int id;
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger depth = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);

    private final class Target implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            switch (op) {
                case WAIT -> await();
                case RECUR -> recur();
                default -> assertEquals(0, released.get());
            }
        }

        private void recur() throws TeeException {
            if (depth.incrementAndGet() < DEPTH) {
                assertEquals(OK, driver.result(id, RECUR));
            } else {
                driver.release(id);
                assertEquals(BADOBJ, driver.result(id, 0));
            }
            assertEquals(0, released.get(), "released while it is invoked");
        }

        private void await() {
            entered.countDown();
            try {
                proceed.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertEquals(0, released.get(), "released while it is invoked");
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        Target target = new Target();
        id = driver.openNew(UID, client -> target);
    }

    private CompletableFuture<Integer> invoke(int target, int op) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return driver.result(target, op);
            } catch (TeeException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @DisplayName(
            "OBJ-4: given an object that another thread invokes, when its client lets it go, then it is told after the "
                    + "invocation")
    void releaseBesideInvocation() throws Exception {
        CompletableFuture<Integer> call = invoke(id, WAIT);
        entered.await();

        driver.release(id);

        assertEquals(BADOBJ, driver.result(id, 0));
        assertEquals(0, released.get());
        proceed.countDown();
        assertEquals(OK, call.get(10, TimeUnit.SECONDS));
        assertEquals(1, released.get());
    }

    @Test
    @DisplayName("OBJ-4: given invocations within each other, when the innermost lets their target go, then it is told "
            + "once, after all")
    void releaseFromDeepWithin() throws Exception {
        assertEquals(OK, driver.result(id, RECUR));

        assertEquals(DEPTH, depth.get());
        assertEquals(1, released.get());
    }

    @Test
    @DisplayName(
            "OBJ-4: given an object of two clients, when both let it go while one invokes it, then it is told once, "
                    + "after that")
    void releaseByTwoClients() throws Exception {
        int second = driver.open(driver.register(1001), UID);
        CompletableFuture<Integer> call = invoke(second, WAIT);
        entered.await();

        driver.release(second);
        driver.release(id);

        assertEquals(0, released.get());
        proceed.countDown();
        assertEquals(OK, call.get(10, TimeUnit.SECONDS));
        assertEquals(1, released.get());
    }
}
