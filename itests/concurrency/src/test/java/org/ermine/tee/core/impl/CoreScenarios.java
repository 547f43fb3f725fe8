// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;

/** Contexts, devices and callback objects, used and ended at once. */
final class CoreScenarios {

    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private CoreScenarios() {}

    /** A device refuses users while one comes: nobody is inside when it has waited for all to leave. */
    record EnterBesideRefuse() implements Runnable {
        @Override
        public void run() {
            Users users = new Users();
            int[] inside = new int[1];
            boolean[] over = new boolean[1];
            together(
                    () -> {
                        users.refuse();
                        if (users.count() == 0) {
                            over[0] = true;
                            require(inside[0] == 0, "somebody is inside");
                        }
                    },
                    () -> {
                        if (users.enter()) {
                            inside[0]++;
                            require(!over[0], "somebody came in when all was over");
                            inside[0]--;
                            users.leave();
                        }
                    });
            require(users.count() == 0, "users: " + users.count());
        }
    }

    /** The last references on a context are put at once. */
    record TwoPuts() implements Runnable {
        @Override
        public void run() {
            AtomicInteger ends = new AtomicInteger();
            Host host = new Host(OWNER, null, () -> null, null, null, ends::incrementAndGet);
            host.retain();
            together(host::put, host::put);
            require(ends.get() == 1, "ended " + ends.get() + " times");
        }
    }

    /** A context is cut off while its last reference is put. */
    record PutBesideCutOff() implements Runnable {
        @Override
        public void run() {
            AtomicInteger ends = new AtomicInteger();
            Host host = new Host(OWNER, null, () -> null, null, null, ends::incrementAndGet);
            together(host::put, host::cutOff);
            require(ends.get() == 1, "ended " + ends.get() + " times");
        }
    }

    /** The context is closed while an object of it is handed over and reaches the TEE, which lets it go at once. */
    record CloseBesideHandOver() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER);
            CallbackObject object = (op, arguments) -> {};
            boolean[] reached = new boolean[1];
            AtomicInteger notified = new AtomicInteger();
            together(() -> table.close().forEach(entry -> notified.incrementAndGet()), () -> {
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
    record CloseBesideFailedHandOver() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER);
            CallbackObject object = (op, arguments) -> {};
            AtomicInteger notified = new AtomicInteger();
            together(() -> table.close().forEach(entry -> notified.incrementAndGet()), () -> {
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
    record ReleaseBesideSettle() implements Runnable {
        @Override
        public void run() {
            CallbackTable table = new CallbackTable(OWNER);
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

    private static void count(AtomicInteger notified, HostedObject entry) {
        if (entry != null) {
            notified.incrementAndGet();
        }
    }
}
