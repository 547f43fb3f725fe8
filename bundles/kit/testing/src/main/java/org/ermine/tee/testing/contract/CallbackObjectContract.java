// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.trusted.NormalObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a {@link CallbackObject} has to stand. To extend it takes an object, and an operation that it carries out any
 * number of times.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class CallbackObjectContract {

    private static final int CLIENTS = 4;
    private static final int CALLS = 100;
    private static final int[] OPERATIONS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 100, 1000, 0x7ffe, 0x7fff};

    private InMemoryTee tee;
    private Watched callback;

    /** A new callback object, for a context of its own. */
    protected abstract CallbackObject callback(TeeContext context) throws TeeException;

    /** The operation that is carried out. */
    protected abstract int operation();

    /** New arguments of that operation. */
    protected abstract Arguments arguments();

    /** Checks what the operation has answered. */
    protected abstract void checkAnswer(Arguments arguments);

    /** The object that is tested, and what is said to it. */
    private static final class Watched implements CallbackObject {
        private final CallbackObject object;
        final AtomicInteger released = new AtomicInteger();
        final AtomicReference<Throwable> fatal = new AtomicReference<>();

        Watched(CallbackObject object) {
            this.object = object;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            try {
                object.dispatch(op, arguments);
            } catch (Error e) {
                fatal.set(e);
                throw e;
            }
        }

        @Override
        public void released() {
            try {
                object.released();
            } catch (Throwable e) {
                fatal.set(e);
                throw e;
            } finally {
                released.incrementAndGet();
            }
        }
    }

    @BeforeEach
    void begin() throws TeeException {
        tee = InMemoryTee.start();
        callback = new Watched(callback(tee.open()));
    }

    @AfterEach
    void end() {
        tee.close();
        assertEquals(null, callback.fatal.get(), "what the object threw and is more than a refusal");
    }

    @Test
    @DisplayName("the operation is carried out, whoever else calls at the same time")
    void answersManyCallers() throws Exception {
        Callers.run(CLIENTS, CALLS, this::requireAnswer);
    }

    @Test
    @DisplayName("an operation that there is not is refused, and the next call is answered")
    void standsEveryOperation() throws Exception {
        for (int op : OPERATIONS) {
            stand(op, new Arguments());
        }
        requireAnswer();
    }

    @Test
    @DisplayName("arguments of any number and size are answered or refused, and the next call is answered")
    void standsEveryShape() throws Exception {
        for (Shape shape : Shape.all()) {
            stand(operation(), shape.arguments());
        }
        requireAnswer();
    }

    @Test
    @DisplayName("it is released once, each time that the TEE lets it go, and can be passed again")
    void canBePassedAgain() throws Exception {
        for (int times = 1; times <= 3; times++) {
            int expected = times;
            requireAnswer();
            tee.await("released " + times + " times", () -> callback.released.get() == expected);
        }
    }

    @Test
    @DisplayName("it is released once if its context closes while the TEE holds it, and can be passed in another")
    void standsTheEndOfItsContext() throws Exception {
        TeeContext context = tee.device("org.example.going").open();
        assertThrows(
                TeeException.class,
                () -> tee.inSecureWorld(
                        context,
                        (environment, objects) -> {
                            context.close();
                            ((NormalObject) objects.get(0)).invoke(operation(), arguments());
                        },
                        callback));
        tee.await("it is released", () -> callback.released.get() == 1);

        requireAnswer();
        tee.await("it is released again", () -> callback.released.get() == 2);
    }

    private void requireAnswer() throws TeeException {
        Arguments arguments = arguments();
        tee.callBack(callback, operation(), arguments);
        checkAnswer(arguments);
    }

    private void stand(int op, Arguments arguments) {
        try {
            tee.callBack(callback, op, arguments);
        } catch (TeeException refused) {
            assertFalse(
                    List.of(TeeResult.DEFUNCT, TeeResult.TIMEOUT).contains(refused.result()),
                    "operation " + op + ": " + refused.getMessage());
        }
    }
}
