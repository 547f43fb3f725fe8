// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
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
import org.junit.jupiter.api.Nested;

/** The contracts hold for objects as simple as can be, and for Ermine's own callback objects. */
class OurContractsTest {

    @TeeListener(id = 0x4000, bufferSize = 64)
    static class Counter implements ListenerHandler {
        @Override
        public void handle(ByteBuffer message) throws TeeException {
            if (message.getInt(0) != 7) {
                throw new TeeException(TeeResult.INVALID, "no command " + message.getInt(0));
            }
            message.putInt(4, message.getInt(4) + 1);
        }
    }

    @QteeService(uid = 5000)
    static class Adder implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return (op, arguments) -> {
                if (op != 0) {
                    throw new TeeException(TeeResult.INVALID, "no operation " + op);
                }
                arguments.expect(1, 1, 0, 0);
                if (arguments.input(0).remaining() != 4 || arguments.output(0).remaining() < 4) {
                    throw new TeeException(TeeResult.SIZE_IN, "a number has 4 bytes");
                }
                arguments.output(0).putInt(arguments.input(0).getInt() + 1);
            };
        }
    }

    static class Echo implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            arguments.expect(1, 1, 0, 0);
            if (arguments.output(0).remaining() < arguments.input(0).remaining()) {
                throw new TeeException(TeeResult.SIZE_OUT, "no room");
            }
            arguments.output(0).put(arguments.input(0));
        }
    }

    @Nested
    class ListenerTest extends ListenerHandlerContract {
        @Override
        protected ListenerHandler handler() {
            return new Counter();
        }

        @Override
        protected void putRequest(ByteBuffer message) {
            message.putInt(7).putInt(41);
        }

        @Override
        protected void checkAnswer(ByteBuffer message) {
            assertEquals(42, message.getInt(4));
        }
    }

    @Nested
    class ServiceTest extends TrustedObjectContract {
        @Override
        protected Object service() {
            return new Adder();
        }

        @Override
        protected int operation() {
            return 0;
        }

        @Override
        protected Arguments arguments() {
            return new Arguments().in(new byte[] {41, 0, 0, 0}).out(new byte[4]);
        }

        @Override
        protected void checkAnswer(Arguments arguments) {
            assertEquals(42, arguments.bytes(1).getInt());
        }
    }

    @Nested
    class CallbackTest extends CallbackObjectContract {
        @Override
        protected CallbackObject callback(TeeContext context) {
            return new Echo();
        }

        @Override
        protected int operation() {
            return 3;
        }

        @Override
        protected Arguments arguments() {
            return new Arguments().in(new byte[] {1, 2, 3}).out(new byte[8]);
        }

        @Override
        protected void checkAnswer(Arguments arguments) {
            assertEquals(3, arguments.size(1));
        }
    }

    /** Who owns a context, as the TEE asks for it. */
    @Nested
    class CredentialsTest extends CallbackObjectContract {
        @Override
        protected CallbackObject callback(TeeContext context) {
            return context.credentials();
        }

        @Override
        protected int operation() {
            return 0;
        }

        @Override
        protected Arguments arguments() {
            return new Arguments().out(new byte[8]);
        }

        @Override
        protected void checkAnswer(Arguments arguments) {
            assertTrue(arguments.bytes(0).getLong() > 0);
        }
    }
}
