// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.core.FakeDriver;
import org.ermine.tee.core.invoke.Backend;
import org.ermine.tee.core.invoke.CallFrames;
import org.ermine.tee.core.object.CallbackTable;
import org.ermine.tee.core.object.ObjectConversion;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.core.support.Pool;
import org.ermine.tee.core.support.Watch;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SupplicantRequest;

/** Calls that more than one thread answers. */
public final class IncomingCallScenarios {

    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private static final ByteBuffer DATA = ByteBuffer.allocate(1);

    private IncomingCallScenarios() {}

    /**
     * A call is failed while its object copies shared memory: one answer is sent, and none while the backend keeps the
     * client.
     */
    public record FailBesideCopy() implements Runnable {
        @Override
        public void run() {
            FakeDriver driver = new FakeDriver();
            Backend backend = new Backend(
                    driver, new CallFrames(0, new HazardSlots()), 1, OWNER, new RepeatLog(line -> {}), () -> {});
            CallbackTable callbacks = new CallbackTable(OWNER, new RepeatLog(line -> {}));
            CallbackServer server = new CallbackServer(
                    OWNER,
                    backend,
                    callbacks,
                    new ObjectConversion(null, null, callbacks),
                    new Watch(new AtomicReference<>(), new RepeatLog(line -> {}), "test", 1, OWNER),
                    new Pool<>(() -> new SupplicantRequest(0, 0)));
            IncomingCall[] call = new IncomingCall[1];
            CallbackObject object = (op, arguments) -> arguments.copyShared(DATA, 0, ByteBuffer.allocate(1), 0, 1);
            call[0] = new IncomingCall(server, new SupplicantRequest(0, 0), object);
            together(() -> call[0].run(object), () -> call[0].fail(Errno.ETIMEDOUT));
            require(driver.answers() == 1, "answers: " + driver.answers());
        }
    }
}
