// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.RepeatLog;

/** Callback objects, handed over and let go at once. */
public final class CallbackTableScenarios {

    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private CallbackTableScenarios() {}

    /** The context is closed while an object of it is handed over and reaches the TEE, which lets it go at once. */
    public record CloseBesideHandOver() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER, new RepeatLog(line -> {}));
            CallbackObject object = (op, arguments) -> {};
            boolean[] reached = new boolean[1];
            AtomicInteger notified = new AtomicInteger();
            together(() -> countAll(notified, table.close()), () -> {
                long id;
                try {
                    id = table.handOver(object);
                } catch (TeeException e) {
                    return;
                }
                reached[0] = true;
                count(notified, table.release(id));
                count(notified, table.settle(id, true));
            });
            require(notified.get() == (reached[0] ? 1 : 0), "told of its release " + notified.get() + " times");
            require(table.count() == 0, "an object is left in a closed table");
        }
    }

    /** The context is closed while an object is handed over that does not reach the TEE. */
    public record CloseBesideFailedHandOver() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER, new RepeatLog(line -> {}));
            CallbackObject object = (op, arguments) -> {};
            AtomicInteger notified = new AtomicInteger();
            together(() -> countAll(notified, table.close()), () -> {
                long id;
                try {
                    id = table.handOver(object);
                } catch (TeeException e) {
                    return;
                }
                count(notified, table.settle(id, false));
            });
            require(notified.get() == 0, "told of its release, though the TEE never had it");
            require(table.count() == 0, "an object is left in a closed table");
        }
    }

    /** The TEE lets an object go while the invocation that carried it ends. */
    public record ReleaseBesideSettle() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER, new RepeatLog(line -> {}));
            CallbackObject object = (op, arguments) -> {};
            AtomicInteger notified = new AtomicInteger();
            long id;
            try {
                id = table.handOver(object);
            } catch (TeeException e) {
                throw new IllegalStateException(e);
            }
            together(() -> count(notified, table.release(id)), () -> count(notified, table.settle(id, true)));
            require(notified.get() == 1, "told of its release " + notified.get() + " times");
            require(table.count() == 0, "the object is left");
        }
    }

    private static void countAll(AtomicInteger notified, HostedCallback first) {
        for (HostedCallback ended = first; ended != null; ended = ended.younger) {
            notified.incrementAndGet();
        }
    }

    private static void count(AtomicInteger notified, HostedCallback entry) {
        if (entry != null) {
            notified.incrementAndGet();
        }
    }
}
