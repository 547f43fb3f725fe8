// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.PendingAccess;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients, receivers and close at the same time. A receiver is stopped within the hand-over by the lock of the
 * context's object table, which it needs for the object that comes with the request; a sender by the host, which it
 * tells of the object that goes with the answer.
 */
@Timeout(30)
class RequestRaceTest {

    private static final int OP = 0x200;
    private static final int DEFUNCT = -90;

    /** So many requests of the crowd are to be answered, and left by their clients. */
    private static final int ANSWERED = 1000;

    private static final int ABANDONED = 100;
    /** Contexts that are closed beside all else. */
    private static final int ROUNDS = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice(SecureWorld.Mode.NESTED, TestDevice.limits(TimeUnit.SECONDS.toNanos(20)));
        client = device.open();
        client.export(7);
        // One input object, one output object.
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 0; counts: 1 input object, 1 output object; input object 0x41;
                // output object: room
                stay -> stay.callback("00000000 01000080 00000000 00110000 41000000 00000000 00000000 00000000"),
                stay -> stay.finish(stay.callbackResult()));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        client.host.onRetain = () -> {};
        device.releaseExports();
        client.close();
        device.close();
    }

    private Background<Integer> invoke() throws InterruptedException {
        return client.call(OP);
    }

    private static void await(Background<?> thread, Thread.State state) {
        poll().until(() -> thread.thread.getState() == state);
    }

    private Background<Void> answer(SupplicantRequest request) {
        return Background.start(() -> {
            request.params().get(1).object(Type.OBJREF_OUTPUT, 50, TeeParam.FLAG_USER);
            client.context.send(request.id(), 0, request.params());
            return null;
        });
    }

    enum End {
        INTERRUPT,
        CLOSE
    }

    /** Only the client waits for whoever copies; a close does not. */
    private void end(End how, Background<Integer> invocation) throws Exception {
        if (how == End.INTERRUPT) {
            invocation.thread.interrupt();
            await(invocation, Thread.State.WAITING);
        } else {
            Background.start(() -> {
                        client.requests().close();
                        return null;
                    })
                    .get();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "REQ-8, SEL-3, CTX-6, FIX-6, TRAP-21, ERM-9: while a receiver copies the arguments its client stays, and"
                    + " leaves afterwards")
    void whileReceiverHoldsTheArguments(End how) throws Exception {
        Background<Integer> invocation = invoke();
        Background<SupplicantRequest> receiver;
        synchronized (client.context.objects().table()) {
            receiver = Background.start(client::receive);
            await(receiver, Thread.State.BLOCKED);
            end(how, invocation);
            assertThrows(TeeException.class, () -> client.context.send(0, 1, Params.none()), "a guessed answer");
            assertFalse(invocation.isDone(), "the client left while its arguments were in use");
        }
        assertEquals(DEFUNCT, invocation.get());
        if (how == End.INTERRUPT) {
            SupplicantRequest request = receiver.get();
            assertThrows(TeeException.class, () -> client.context.send(request.id(), 1, Params.none()));
            client.invoke(request.params().get(0).objectId(), Wire.OP_RELEASE, Params.none());
        } else {
            TeeException closed = assertThrows(TeeException.class, receiver::get);
            assertEquals(Errno.ENODEV, closed.errno().orElseThrow());
        }
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "REQ-9, CTX-6, ERM-9: an answer that is being taken over arrives, though its client is interrupted or the"
                    + " context closed")
    void whileAnswerIsTakenOver(End how) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Background<Integer> invocation = invoke();
        SupplicantRequest request = client.receive();
        client.host.onRetain = () -> {
            reached.countDown();
            Background.pass(goOn);
        };
        Background<Void> sender = answer(request);
        assertTrue(reached.await(10, TimeUnit.SECONDS));
        end(how, invocation);
        Background<Void> second = Background.start(() -> {
            assertThrows(
                    TeeException.class, () -> client.context.send(request.id(), 1, Params.none()), "second answer");
            return null;
        });
        second.get();
        assertFalse(invocation.isDone(), "the client left while its arguments were in use");
        goOn.countDown();
        sender.get();
        assertEquals(0, invocation.get());
        assertEquals(2, device.releaseExports());
    }

    @Test
    @DisplayName("REQ-9, REQ-11: a client that waits for the queue's lock to leave does not miss that it was answered"
            + " meanwhile")
    void answeredWhileLeaving() throws Exception {
        ReentrantLock lock = PendingAccess.lock(client.requests());
        for (int round = 0; round < 10; round++) {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            client.host.onRetain = () -> {
                reached.countDown();
                Background.pass(goOn);
            };
            Background<Integer> invocation = invoke();
            Background<Void> sender = answer(client.receive());
            assertTrue(reached.await(10, TimeUnit.SECONDS));
            answeredWhileLocked(lock, invocation, goOn, sender);
            assertEquals(0, invocation.get());
            sender.get();
        }
    }

    /** The client queues for the lock; then it is answered, which needs no lock. */
    private void answeredWhileLocked(
            ReentrantLock lock, Background<Integer> invocation, CountDownLatch goOn, Background<Void> sender)
            throws Exception {
        lock.lock();
        try {
            invocation.thread.interrupt();
            poll().until(() -> lock.hasQueuedThread(invocation.thread));
            goOn.countDown();
            sender.get();
        } finally {
            lock.unlock();
        }
    }

    private static ConditionFactory poll() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    @Test
    @DisplayName(
            "CTX-8, CBO-8, ERM-19: the release of an object is delivered while a handler works on an abandoned request"
                    + " of it")
    void releaseWhileAbandoned() throws Exception {
        Background<Integer> invocation = invoke();
        SupplicantRequest request = client.receive();
        device.tee.transport().exports().release(TestDevice.FIRST_EXPORT);
        assertEquals(2, client.host.references(), "the dispatch holds the object");
        invocation.thread.interrupt();
        assertEquals(DEFUNCT, invocation.get());
        assertTrue(client.receive().isRelease());
        assertEquals(1, client.host.references());
        assertThrows(TeeException.class, () -> client.context.send(request.id(), 1, Params.none()));
        assertEquals(0, device.releaseExports());
    }

    /** Threads that all begin at once, until what is wanted of them was seen. */
    private static final class Crowd {
        private final List<Background<Void>> members = new ArrayList<>();
        private final CountDownLatch start = new CountDownLatch(1);
        final AtomicBoolean over = new AtomicBoolean();

        interface Member {
            void once() throws Exception;
        }

        void add(int count, Member member) {
            for (int i = 0; i < count; i++) {
                members.add(Background.start(() -> {
                    start.await();
                    while (!over.get()) {
                        member.once();
                    }
                    return null;
                }));
            }
        }

        /** However slow they are: that takes as long as it takes. */
        void runUntil(Callable<Boolean> seen) {
            start.countDown();
            poll().atMost(PATIENCE).until(seen);
            over.set(true);
        }

        void join() throws Exception {
            for (Background<Void> member : members) {
                member.get();
            }
        }
    }

    @Test
    @DisplayName(
            "REQ-1, REQ-11, SUB-3, ERM-2: many clients that leave at random, many receivers, late and doubled answers:"
                    + " each request is answered once, to its own client")
    void manyClientsAndReceivers() throws Exception {
        int clients = 6;
        AtomicIntegerArray tickets = new AtomicIntegerArray(clients);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger abandoned = new AtomicInteger();
        AtomicInteger number = new AtomicInteger();
        List<Thread> waiting = new ArrayList<>();
        Crowd crowd = new Crowd();
        AtomicInteger left = new AtomicInteger(clients);
        for (int c = 0; c < clients; c++) {
            int op = OP + 1 + c;
            int self = c;
            // The input carries a number that the answer has to repeat.
            device.world.on(
                    op,
                    stay -> {
                        // Result 0; object 0x80000001; op 0; counts: 1 input; input at 24, 4 bytes; then the bytes.
                        stay.callback("00000000 01000080 00000000 01000000 18000000 04000000 0000000000000000");
                        stay.outbound().putInt(8, self).putInt(24, tickets.get(self));
                    },
                    stay -> stay.finish(stay.callbackResult()));
            Background<Void> thread = Background.start(() -> {
                while (!crowd.over.get()) {
                    int ticket = number.incrementAndGet();
                    tickets.set(self, ticket);
                    int result = client.invoke(op, Params.none());
                    if (result == ticket + 1000) {
                        answered.incrementAndGet();
                    } else {
                        assertEquals(DEFUNCT, result, "client " + self + " got an answer that is not its own");
                        abandoned.incrementAndGet();
                    }
                    Thread.interrupted();
                }
                left.decrementAndGet();
                return null;
            });
            crowd.members.add(thread);
            waiting.add(thread.thread);
        }
        for (int r = 0; r < 4; r++) {
            crowd.members.add(Background.start(() -> {
                crowd.start.await();
                SupplicantRequest request = new SupplicantRequest(4, 64);
                while (left.get() > 0) {
                    if (client.context.receive(request, TimeUnit.MILLISECONDS.toNanos(10))) {
                        int ticket = request.params().get(0).view().getInt(0);
                        for (int attempt = 0; attempt < 2; attempt++) {
                            try {
                                client.context.send(request.id(), ticket + 1000, Params.none());
                                accepted.incrementAndGet();
                            } catch (TeeException e) {
                                assertEquals(Errno.EINVAL, e.errno().orElseThrow());
                            }
                        }
                    }
                }
                return null;
            }));
        }
        // Between two interrupts some request is answered, so that there is no end of both.
        crowd.add(1, () -> {
            int before = answered.get();
            waiting.get(ThreadLocalRandom.current().nextInt(clients)).interrupt();
            while (answered.get() == before && !crowd.over.get()) {
                Thread.yield();
            }
        });
        crowd.runUntil(() -> answered.get() >= ANSWERED && abandoned.get() >= ABANDONED);
        crowd.join();
        assertEquals(number.get(), answered.get() + abandoned.get(), "requests");
        assertEquals(answered.get(), accepted.get(), "answers that were accepted");
    }

    @Test
    @DisplayName("ERM-12, TRAP-20: close beside invoke, receive and send: all end, and nothing is left")
    void closeBesideAll() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            TestDevice.Client one = device.open();
            int name = one.export(8);
            device.world.on(
                    OP + 1,
                    stay -> {
                        stay.callback(name, 1);
                        stay.outbound().putInt(12, 0x1100).putInt(16, 0x42);
                    },
                    stay -> {
                        if (stay.callbackResult() == 0) {
                            device.tee
                                    .transport()
                                    .exports()
                                    .release(stay.outbound().getInt(24));
                        }
                        stay.argument(0, 0, 0x43);
                        stay.finish(stay.callbackResult());
                    });
            CountDownLatch begun = new CountDownLatch(4);
            List<Background<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(untilClosed(begun, () -> {
                    int result = one.invoke(OP + 1, new Params().objectOut().build());
                    assertTrue(result == 0 || result == DEFUNCT, "result " + result);
                }));
                threads.add(untilClosed(begun, () -> {
                    SupplicantRequest request = one.receive();
                    if (request.isRelease()) {
                        return;
                    }
                    request.params().get(1).object(Type.OBJREF_OUTPUT, 60, TeeParam.FLAG_USER);
                    one.context.send(request.id(), 0, request.params());
                }));
            }
            begun.await();
            if (round % 2 == 0) {
                Thread.yield();
            }
            one.close();
            for (Background<Void> thread : threads) {
                thread.get();
            }
            device.releaseExports();
            client.drain();
            assertEquals(0, one.host.references());
        }
    }

    private static Background<Void> untilClosed(CountDownLatch begun, Crowd.Member member) {
        return Background.start(() -> {
            begun.countDown();
            while (true) {
                try {
                    member.once();
                } catch (TeeException e) {
                    if (e.errno().filter(Errno.ENODEV::equals).isPresent()) {
                        return null;
                    }
                    throw e;
                }
            }
        });
    }
}
