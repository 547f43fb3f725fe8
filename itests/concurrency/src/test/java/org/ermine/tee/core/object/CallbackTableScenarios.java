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

/** Callback objects that are handed over while other threads release them. */
public final class CallbackTableScenarios {

    private static final Owner OWNER = new Owner(1, "test", "1.0.0");
    /** In place of an id: the table is closed. */
    private static final long REFUSED = -1;

    private CallbackTableScenarios() {}

    /** The context is closed while an object of it is handed over and reaches the TEE, which releases it at once. */
    public record CloseBesideHandOver() implements Runnable {
        @Override
        public void run() {
            Context context = new Context();
            boolean[] reached = new boolean[1];
            together(context::close, () -> {
                long id = context.handOver();
                if (id != REFUSED) {
                    reached[0] = true;
                    context.release(id);
                    context.settle(id, true);
                }
            });
            context.requireEnded(reached[0] ? 1 : 0);
        }
    }

    /** The context is closed while an object is handed over that does not reach the TEE. */
    public record CloseBesideFailedHandOver() implements Runnable {
        @Override
        public void run() {
            Context context = new Context();
            together(context::close, () -> {
                long id = context.handOver();
                if (id != REFUSED) {
                    context.settle(id, false);
                }
            });
            context.requireEnded(0);
        }
    }

    /** The TEE releases an object while the invocation that carried it ends. */
    public record ReleaseBesideSettle() implements Runnable {
        @Override
        public void run() {
            Context context = new Context();
            long id = context.handOver();
            together(() -> context.release(id), () -> context.settle(id, true));
            context.requireEnded(1);
        }
    }

    /** The callback objects of a context, and how often one was told of its release. */
    private static final class Context {

        private final CallbackTable table = new CallbackTable(OWNER, new RepeatLog(line -> {}));
        private final CallbackObject object = (op, arguments) -> {};
        private final AtomicInteger notified = new AtomicInteger();

        long handOver() {
            try {
                return table.handOver(object);
            } catch (TeeException closed) {
                return REFUSED;
            }
        }

        void release(long id) {
            count(table.release(id));
        }

        void settle(long id, boolean reached) {
            count(table.settle(id, reached));
        }

        void close() {
            for (HostedCallback ended = table.close(); ended != null; ended = ended.younger) {
                notified.incrementAndGet();
            }
        }

        private void count(HostedCallback ended) {
            if (ended != null) {
                notified.incrementAndGet();
            }
        }

        void requireEnded(int times) {
            require(notified.get() == times, "told of its release " + notified.get() + " times, not " + times);
            require(table.count() == 0, "an object is left");
        }
    }
}
