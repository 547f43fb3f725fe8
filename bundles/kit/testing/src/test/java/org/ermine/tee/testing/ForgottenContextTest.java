// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.lang.ref.WeakReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is used again from one invocation to the next must not keep what the last one was about. */
@Timeout(60)
class ForgottenContextTest {

    private static final int UID = 5001;
    private static final int ECHO = 0;
    private static final int CALL_BACK = 1;
    private static final int NEW_OBJECT = 2;

    @QteeService(uid = UID)
    private record Service() implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return (op, arguments) -> {
                if (op == ECHO) {
                    arguments.output(0).put(arguments.input(0));
                } else if (op == CALL_BACK) {
                    ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments().out(new byte[8]));
                } else if (op == NEW_OBJECT) {
                    arguments.outputObject(0, (TrustedObject) (any, none) -> {});
                }
            };
        }
    }

    @Test
    @DisplayName(
            "CTX-7: given a context that did everything a context can do, when it is closed, then nothing refers to "
                    + "it any more")
    void nothingRefersToIt() throws TeeException {
        try (InMemoryTee tee = InMemoryTee.builder().with(new Service()).start()) {
            WeakReference<TeeContext> forgotten = useAndClose(tee);

            tee.await("the context is collected", () -> {
                System.gc();
                return forgotten.get() == null;
            });
        }
    }

    private static WeakReference<TeeContext> useAndClose(InMemoryTee tee) throws TeeException {
        TeeContext context = tee.open();
        try (ClientEnv environment = ClientEnv.register(context);
                TeeObject service = environment.open(UID);
                SharedMemory memory = context.allocate(4096)) {
            CallbackObject object = (op, arguments) -> arguments.output(0).putInt(op);
            Arguments objects = new Arguments().outObject();
            service.invoke(ECHO, new Arguments().in(new byte[64]).out(new byte[64]));
            service.invoke(ECHO, new Arguments().in(new byte[9000]).out(new byte[9000]));
            service.invoke(CALL_BACK, new Arguments().in(object));
            service.invoke(NEW_OBJECT, objects);
            objects.teeObject(0).close();
            service.invoke(NEW_OBJECT + 1, new Arguments().in(memory));
        }
        context.close();
        return new WeakReference<>(context);
    }
}
