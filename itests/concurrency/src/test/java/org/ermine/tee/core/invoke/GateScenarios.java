// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import org.ermine.tee.TeeException;
import org.ermine.tee.core.FakeDriver;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.HazardSlots;

/** The gate to the driver, which is entered and closed at once. */
public final class GateScenarios {

    private static final long OBJECT = 5;
    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private static final RepeatLog NO_LOG = new RepeatLog(line -> {});

    private GateScenarios() {}

    /**
     * A context closes while a thread invokes: the backend is told of the end when nobody is inside, and it is told.
     */
    public record CloseBesideInvoke() implements Runnable {
        @Override
        public void run() {
            FakeDriver driver = new FakeDriver();
            Backend backend = new Backend(driver, new CallFrames(0, new HazardSlots()), 1, OWNER, NO_LOG, driver::end);
            together(
                    () -> {
                        backend.close();
                        if (backend.isIdle()) {
                            driver.end();
                        }
                    },
                    () -> invoke(backend));
            require(driver.hasEnded(), "it does not end");
        }

        private static void invoke(Backend backend) {
            CallFrame frame = backend.enter(OBJECT);
            try {
                backend.call(frame, OBJECT, 0, 0);
            } catch (TeeException closed) {
                // It came too late.
            } finally {
                backend.leave(frame);
            }
        }
    }

    /** A thread goes on to another context while somebody reads how often it invoked the first: once, counted once. */
    public record CountBesideRead() implements Runnable {
        @Override
        public void run() {
            CallFrame frame = new CallFrame(0, 0);
            InvocationCount first = new InvocationCount(1);
            InvocationCount second = new InvocationCount(2);
            frame.count(first);
            together(() -> frame.count(second), () -> require(first.sum(frame::counted) <= 1, "counted twice"));
            require(first.sum(frame::counted) == 1, "counted: " + first.sum(frame::counted));
            require(second.sum(frame::counted) == 1, "counted of the second: " + second.sum(frame::counted));
        }
    }
}
