// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.concurrency.AnnouncingHost;
import org.ermine.tee.qcomtee.argument.CallbackArguments;
import org.ermine.tee.qcomtee.argument.IncomingObjects;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.request.ClientWait;
import org.ermine.tee.qcomtee.request.UserRequest;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.support.SpinTime;

/**
 * Compares the request queue, which holds no lock while arguments are copied, with a {@link LockedQueue}: clients and
 * as many handlers at one queue, with one input and one output. Both ways take turns in each round. What is told is the
 * median of the ratios of the rounds and, as the noise, the least and the most. Started by {@code
 * itests/concurrency/compare}.
 */
final class OwnershipComparison {

    private static final int[] THREADS = {1, 2, 4, 8};
    private static final int[] SIZES = {64, 4 << 10, 64 << 10, 1 << 20};
    private static final int ROUNDS = 5;
    private static final long LONG = 1L << 60;
    private static final long INTERRUPT_EVERY = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int FAILURE = 1;

    /** The request queue of one context, in one of the two ways. A closed one fails what is received. */
    interface Queue {

        QcomContext context();

        void receive(SupplicantRequest receiver) throws TeeException, InterruptedException;

        void send(SupplicantRequest answered) throws TeeException;

        void close();
    }

    /** The queue as it is deployed. */
    private record HandedOver(QcomContext context) implements Queue {

        HandedOver(QcomTee tee) {
            this(tee.context(new AnnouncingHost(), 2));
        }

        @Override
        public void receive(SupplicantRequest receiver) throws TeeException, InterruptedException {
            if (!context.objects().requests().receive(receiver, LONG)) {
                throw new IllegalStateException("nothing came");
            }
        }

        @Override
        public void send(SupplicantRequest answered) throws TeeException {
            context.objects().requests().send(answered.id(), 0, answered.params());
        }

        @Override
        public void close() {
            context.objects().requests().close();
        }
    }

    private final int threads;
    private final int size;
    private final boolean interrupting;

    private OwnershipComparison(int threads, int size, boolean interrupting) {
        this.threads = threads;
        this.size = size;
        this.interrupting = interrupting;
    }

    /** @param args milliseconds for each way in each round */
    public static void main(String[] args) throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[0]));
        new OwnershipComparison(2, 4 << 10, true).compare(4 * nanos);
        System.out.println(
                "| clients, handlers | bytes in, out | interrupted | handed over, calls/s | to locked | noise |");
        System.out.println("|---:|---:|---|---:|---:|---|");
        for (boolean interrupting : new boolean[] {false, true}) {
            for (int size : SIZES) {
                for (int threads : THREADS) {
                    System.out.println(new OwnershipComparison(threads, size, interrupting).compare(nanos));
                }
            }
        }
    }

    private String compare(long nanos) throws InterruptedException {
        double[] ratios = new double[ROUNDS];
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            boolean handOverFirst = round % 2 == 0;
            double first = rate(handOverFirst ? HandedOver::new : LockedQueue::new, nanos);
            double second = rate(handOverFirst ? LockedQueue::new : HandedOver::new, nanos);
            rates[round] = handOverFirst ? first : second;
            ratios[round] = handOverFirst ? first / second : second / first;
        }
        Arrays.sort(ratios);
        Arrays.sort(rates);
        return String.format(
                "| %d | %d | %s | %,.0f | %.2f | %.2f to %.2f |",
                threads,
                size,
                interrupting ? "yes" : "no",
                rates[ROUNDS / 2],
                ratios[ROUNDS / 2],
                ratios[0],
                ratios[ROUNDS - 1]);
    }

    /** Calls that are answered, a second. */
    private double rate(Function<QcomTee, Queue> way, long nanos) throws InterruptedException {
        QcomTee tee = new QcomTee(
                "test", null, null, new DeviceLimits(LONG, 0, 1, 10, 10, 1, 1, LONG, 1, LONG, LONG, LONG, 4));
        Queue queue = way.apply(tee);
        LongAdder answered = new LongAdder();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> clients = new ArrayList<>();
        List<Thread> handlers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            clients.add(start(begin, () -> call(tee, queue.context(), over, answered)));
            handlers.add(start(begin, () -> handle(queue)));
        }
        long start = System.nanoTime();
        begin.countDown();
        while (System.nanoTime() - start < nanos) {
            LockSupport.parkNanos(INTERRUPT_EVERY);
            if (interrupting) {
                clients.get((int) (System.nanoTime() % threads)).interrupt();
            }
        }
        double rate = answered.sum() * 1e9 / (System.nanoTime() - start);
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
        queue.close();
        for (Thread handler : handlers) {
            handler.join();
        }
        return rate;
    }

    private static Thread start(CountDownLatch begin, Runnable work) {
        Thread thread = new Thread(() -> {
            boolean begun = false;
            while (!begun) {
                try {
                    begin.await();
                    begun = true;
                } catch (InterruptedException e) {
                    begun = begin.getCount() == 0;
                }
            }
            work.run();
        });
        thread.start();
        return thread;
    }

    private void call(QcomTee tee, QcomContext context, AtomicBoolean over, LongAdder answered) {
        UserObject target = new UserObject(context.objects(), 7);
        CallbackMessage message = new CallbackMessage();
        CallbackArguments arguments = new CallbackArguments(
                message,
                new IncomingObjects(tee.transport().exports(), tee.transport().secureObjects()),
                new OutgoingObjects(tee.transport().exports(), tee.transport().secureObjects()));
        arguments.begin(target.context());
        UserRequest request = new UserRequest(arguments);
        ClientWait wait = new ClientWait(new SpinTime(0), 0, () -> false);
        ByteBuffer buffer = buffer();
        while (!over.get()) {
            message.parse(buffer);
            wait.begin(LONG);
            request.begin(target, 3);
            int outcome = context.objects().requests().call(request, wait);
            if (outcome == FAILURE) {
                throw new IllegalStateException("a handler failed");
            }
            if (outcome == 0) {
                answered.increment();
            }
        }
    }

    private ByteBuffer buffer() {
        int payload = 32;
        ByteBuffer buffer = ByteBuffer.allocateDirect(payload + 2 * size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(12, 0x11);
        buffer.putInt(16, payload).putInt(20, size);
        return buffer.putInt(24, payload + size).putInt(28, size);
    }

    private void handle(Queue queue) {
        SupplicantRequest request = new SupplicantRequest(2, size);
        byte[] output = new byte[size];
        try {
            while (true) {
                queue.receive(request);
                request.params().get(1).buffer(TeeParam.Type.UBUF_OUTPUT, output, 0, size);
                answer(queue, request);
            }
        } catch (TeeException | InterruptedException e) {
            // The context is closed: the measurement is over.
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(Queue queue, SupplicantRequest request) {
        try {
            queue.send(request);
        } catch (TeeException e) {
            // The client of this request has left.
            Thread.onSpinWait();
        }
    }
}
