// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/** Contexts, devices and callback objects, used and ended at once. */
final class CoreScenarios {

    private static final long OBJECT = 5;
    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private static final RepeatLog NO_LOG = new RepeatLog(line -> {});

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
            Host host = new Host(OWNER, null, () -> null, null, null, NO_LOG, ends::incrementAndGet);
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
            Host host = new Host(OWNER, null, () -> null, null, null, NO_LOG, ends::incrementAndGet);
            together(host::put, host::cutOff);
            require(ends.get() == 1, "ended " + ends.get() + " times");
        }
    }

    /** The context is closed while an object of it is handed over and reaches the TEE, which lets it go at once. */
    record CloseBesideHandOver() implements Runnable {
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
    record CloseBesideFailedHandOver() implements Runnable {
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
    record ReleaseBesideSettle() implements Runnable {
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

    private static void countAll(AtomicInteger notified, HostedObject first) {
        for (HostedObject ended = first; ended != null; ended = ended.younger) {
            notified.incrementAndGet();
        }
    }

    private static void count(AtomicInteger notified, HostedObject entry) {
        if (entry != null) {
            notified.incrementAndGet();
        }
    }

    /** A context closes while a thread invokes: the backend is told of the end when nobody is inside, and it is told. */
    record CloseBesideInvoke() implements Runnable {
        @Override
        public void run() {
            FakeDriver driver = new FakeDriver();
            Backend backend = new Backend(driver, new Frames(0, new HazardSlots()), 1, OWNER, NO_LOG, driver::end);
            together(
                    () -> {
                        backend.close();
                        if (backend.isIdle()) {
                            driver.end();
                        }
                    },
                    () -> invoke(backend));
            require(driver.ended, "it does not end");
        }

        private static void invoke(Backend backend) {
            Frame frame = backend.enter(OBJECT);
            try {
                backend.invoke(frame, OBJECT, 0, 0);
            } catch (TeeException closed) {
                // It came too late.
            } finally {
                backend.leave(frame);
            }
        }
    }

    /** A thread goes on to another context while somebody reads how often it invoked the first: once, counted once. */
    record CountBesideRead() implements Runnable {
        @Override
        public void run() {
            Frame frame = new Frame(0, 0);
            InvocationCount first = new InvocationCount(1);
            InvocationCount second = new InvocationCount(2);
            frame.count(first);
            together(() -> frame.count(second), () -> require(first.sum(frame::counted) <= 1, "counted twice"));
            require(first.sum(frame::counted) == 1, "counted: " + first.sum(frame::counted));
            require(second.sum(frame::counted) == 1, "counted of the second: " + second.sum(frame::counted));
        }
    }

    /** A call is failed while its object copies shared memory: one answer is sent, and none while the backend keeps the client. */
    record FailBesideCopy() implements Runnable {
        @Override
        public void run() {
            FakeDriver driver = new FakeDriver();
            Backend backend = new Backend(
                    driver, new Frames(0, new HazardSlots()), 1, OWNER, new RepeatLog(line -> {}), () -> {});
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
            require(driver.answers == 1, "answers: " + driver.answers);
        }
    }

    private static final ByteBuffer DATA = ByteBuffer.allocate(1);

    /** Refuses answers while it copies, as backends do, and must not end while it is invoked. */
    private static final class FakeDriver implements DriverContext {

        private volatile boolean copying;
        private volatile int answers;
        private volatile boolean invoked;
        private volatile boolean ended;

        void end() {
            require(!invoked, "ended while a call is inside");
            ended = true;
        }

        @Override
        public boolean copyShared(
                long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
            copying = true;
            target.put(targetIndex, source, sourceIndex, length);
            copying = false;
            return true;
        }

        @Override
        public void send(long requestId, int result, TeeParams params) {
            require(!copying, "answered while shared memory is copied");
            answers++;
        }

        @Override
        public boolean isAwaited(long requestId) {
            return answers == 0;
        }

        @Override
        public int invoke(long object, int op, TeeParams params, long callbackNanos) {
            invoked = true;
            require(!ended, "called when it has ended");
            invoked = false;
            return 0;
        }

        @Override
        public boolean receive(SupplicantRequest request, long waitNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void closeContext() {
            // Nothing waits in it.
        }

        @Override
        public void release() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void describe(ContextDTO context) {
            throw new UnsupportedOperationException();
        }
    }
}
