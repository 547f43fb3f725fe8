// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Each test of a contract finds the fault that it is there for. */
class ContractsCanFailTest {

    @Test
    void aHandlerThatKeepsItsMessageIsFound() {
        assertEquals(Set.of("doesNotKeepTheMessage()"), failed(Keeping.class, "doesNotKeepTheMessage", "isInTime"));
    }

    @Test
    void aHandlerThatTrustsLengthsIsFound() {
        assertEquals(
                Set.of("standsExtremes()", "standsJunk()"),
                failed(Trusting.class, "standsJunk", "standsExtremes", "standsAnInterrupt", "answersManyClients"));
    }

    @Test
    void aHandlerThatIsLeftUnusableByABadCommandIsFound() {
        assertEquals(Set.of("standsEveryCommand()"), failed(Fragile.class, "standsEveryCommand", "standsJunk"));
    }

    @Test
    void aHandlerThatIsTooSlowIsFound() {
        assertEquals(Set.of("isInTime()"), failed(Slow.class, "isInTime"));
    }

    @Test
    void aHandlerThatForgetsHowToAnswerWhenItIsReplacedIsFound() {
        assertEquals(Set.of("canBeReplacedUnderLoad()"), failed(Alone.class, "canBeReplacedUnderLoad", "isInTime"));
    }

    @Test
    void aServiceThatTrustsItsArgumentsIsFound() {
        assertEquals(
                Set.of("standsEveryShape()"), failed(Overflowing.class, "standsEveryShape", "standsEveryOperation"));
    }

    @Test
    void aCallbackObjectThatThrowsAnErrorIsFound() {
        assertEquals(
                Set.of("standsEveryOperation()"), failed(Erring.class, "standsEveryOperation", "standsEveryShape"));
    }

    @Test
    void aCallbackObjectThatThrowsWhenItIsReleasedIsFound() {
        assertEquals(Set.of("canBePassedAgain()"), failed(ThrowingUndeclared.class, "canBePassedAgain"));
    }

    /** The tests of a contract that fail, of those named. */
    private static Set<String> failed(Class<?> contract, String... tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Arrays.stream(tests)
                        .map(test -> selectMethod(contract, test))
                        .toArray(DiscoverySelector[]::new))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .map(event -> event.getTestDescriptor().getLegacyReportingName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Answers command 7 with 42, and goes wrong as {@code fault} says. */
    @TeeListener(id = 0x4000, bufferSize = 64, timeLimit = 300)
    private record Handler(ListenerHandler fault) implements ListenerHandler {
        @Override
        public void handle(ByteBuffer message) throws Exception {
            fault.handle(message);
            if (message.getInt(0) != 7) {
                throw new TeeException(TeeResult.INVALID, "no such command");
            }
            message.putInt(4, 42);
        }
    }

    private abstract static class Contract extends ListenerHandlerContract {

        abstract ListenerHandler fault();

        @Override
        protected ListenerHandler handler() {
            return new Handler(fault());
        }

        @Override
        protected void putRequest(ByteBuffer message) {
            message.putInt(7).putInt(8);
        }

        @Override
        protected void checkAnswer(ByteBuffer message) {
            assertEquals(42, message.getInt(4));
        }
    }

    static class Keeping extends Contract {
        @Override
        ListenerHandler fault() {
            List<ByteBuffer> kept = new ArrayList<>();
            return message -> {
                kept.add(message);
                kept.get(0).putInt(8, 1);
            };
        }
    }

    static class Trusting extends Contract {
        @Override
        ListenerHandler fault() {
            return message -> {
                if (message.getInt(4) > 1 << 28) {
                    throw new OutOfMemoryError("array of " + message.getInt(4));
                }
            };
        }
    }

    static class Fragile extends Contract {
        @Override
        ListenerHandler fault() {
            AtomicBoolean broken = new AtomicBoolean();
            return message -> {
                if (message.getInt(0) == 99 || broken.get()) {
                    broken.set(true);
                    throw new IllegalStateException("broken");
                }
            };
        }
    }

    static class Alone extends Contract {

        private final AtomicReference<Object> only = new AtomicReference<>();

        @Override
        ListenerHandler fault() {
            Object me = new Object();
            only.set(me);
            return message -> {
                if (only.get() != me) {
                    throw new IllegalStateException("there is another one");
                }
            };
        }
    }

    static class Slow extends Contract {
        @Override
        ListenerHandler fault() {
            return message -> new CountDownLatch(1).await();
        }
    }

    static class Overflowing extends TrustedObjectContract {

        @QteeService(uid = 5000)
        private static final class Service implements TrustedService {
            @Override
            public TrustedObject open(TrustedClient client) {
                AtomicBoolean broken = new AtomicBoolean();
                return (op, arguments) -> {
                    if (arguments.inputCount() > 3) {
                        broken.set(true);
                    }
                    if (op != 0 || broken.get()) {
                        throw new TeeException(TeeResult.INVALID, "no operation " + op);
                    }
                };
            }
        }

        @Override
        protected Object service() {
            return new Service();
        }

        @Override
        protected int operation() {
            return 0;
        }

        @Override
        protected Arguments arguments() {
            return new Arguments();
        }

        @Override
        protected void checkAnswer(Arguments arguments) {
            assertEquals(0, arguments.count());
        }
    }

    private abstract static class Silent extends CallbackObjectContract {
        @Override
        protected int operation() {
            return 0;
        }

        @Override
        protected Arguments arguments() {
            return new Arguments();
        }

        @Override
        protected void checkAnswer(Arguments arguments) {
            assertEquals(0, arguments.count());
        }
    }

    static class Erring extends Silent {
        @Override
        protected CallbackObject callback(TeeContext context) {
            return (op, arguments) -> {
                if (op == 15) {
                    throw new StackOverflowError();
                }
            };
        }
    }

    static class ThrowingUndeclared extends Silent {
        @Override
        protected CallbackObject callback(TeeContext context) {
            return new CallbackObject() {
                @Override
                public void dispatch(int op, IncomingArguments arguments) {}

                @Override
                public void released() {
                    ContractsCanFailTest.<RuntimeException>raise(new IOException("checked and not declared"));
                }
            };
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
