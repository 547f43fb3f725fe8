// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.floor.PingPong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * An invocation of 64 bytes in whose course the TEE calls a callback object of the client back, with 64 bytes in and
 * out: through the queue of requests, on a worker of the supplicant.
 */
@BenchmarkMode(Mode.SampleTime)
public class QueuedCallback {

    private static final int SIZE = 64;
    private static final int SPIN_MICROS = 20;

    private static final CallbackObject ECHO = (op, call) -> call.output(0).put(call.input(0));

    private static Arguments buffers() {
        return new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
    }

    /** A probe that calls {@code object} back. */
    private static TeeObject probe(Tee tee, CallbackObject object) throws TeeException {
        Arguments created = new Arguments().outObject();
        tee.probe.invoke(Probe.CREATE, created);
        created.teeObject(0).invoke(Probe.KEEP, new Arguments().in(object));
        return created.teeObject(0);
    }

    /** A probe that keeps a callback object. */
    @State(Scope.Thread)
    public static class Client {

        final Arguments arguments = buffers();
        TeeObject probe;

        @Setup
        public void handOver(Tee tee) throws TeeException {
            probe = probe(tee, ECHO);
        }
    }

    /** The same, with a callback object that itself invokes a probe which calls back, and so on. */
    @State(Scope.Thread)
    public static class Nested {

        private static final int DEPTH = 3;

        final Arguments arguments = buffers();
        TeeObject probe;

        @Setup
        public void handOver(Tee tee) throws TeeException {
            CallbackObject object = ECHO;
            for (int depth = 1; depth < DEPTH; depth++) {
                TeeObject inner = probe(tee, object);
                Arguments call = buffers();
                object = (op, outer) -> {
                    inner.invoke(Probe.CALL_BACK, call);
                    outer.output(0).put(outer.input(0));
                };
            }
            probe = probe(tee, object);
        }
    }

    /**
     * Other clients, as many as there are workers by default. What they call back takes a worker for a while, which it
     * spends waiting, as for a disk.
     */
    @State(Scope.Benchmark)
    public static class OtherClients {

        private static final int COUNT = 4;
        private static final long WORK_NANOS = 100_000;

        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ended;
        private volatile TeeException failure;

        @Setup
        public void start(Tee tee) throws TeeException {
            CallbackObject slow = (op, call) -> {
                LockSupport.parkNanos(WORK_NANOS);
                call.output(0).put(call.input(0));
            };
            for (int i = 0; i < COUNT; i++) {
                TeeObject probe = probe(tee, slow);
                threads.add(new Thread(() -> call(probe), "other client " + i));
            }
            threads.forEach(Thread::start);
        }

        private void call(TeeObject probe) {
            Arguments arguments = buffers();
            try {
                while (!ended) {
                    probe.invoke(Probe.CALL_BACK, arguments);
                }
            } catch (TeeException e) {
                failure = e;
            }
        }

        @TearDown
        public void stop() throws InterruptedException, TeeException {
            ended = true;
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** A thread that answers. */
    @State(Scope.Thread)
    public static class Parking {

        PingPong pingPong;

        @Setup
        public void start() {
            pingPong = new PingPong(0);
        }

        @TearDown
        public void stop() {
            pingPong.close();
        }
    }

    /** A thread that answers, with the spin time that is Ermine's default. */
    @State(Scope.Thread)
    public static class Spinning {

        PingPong pingPong;

        @Setup
        public void start() {
            pingPong = new PingPong(SPIN_MICROS);
        }

        @TearDown
        public void stop() {
            pingPong.close();
        }
    }

    @Benchmark
    public int ermine(Client client) throws TeeException {
        return call(client);
    }

    @Benchmark
    @Threads(2)
    public int twoClients(Client client) throws TeeException {
        return call(client);
    }

    @Benchmark
    @Threads(4)
    public int fourClients(Client client) throws TeeException {
        return call(client);
    }

    @Benchmark
    @Threads(8)
    public int eightClients(Client client) throws TeeException {
        return call(client);
    }

    @Benchmark
    public int besideBusyWorkers(OtherClients others, Client client) throws TeeException {
        return call(client);
    }

    private static int call(Client client) throws TeeException {
        client.probe.invoke(Probe.CALL_BACK, client.arguments);
        return client.arguments.size(1);
    }

    @Benchmark
    public int nestedThreeDeep(Nested nested) throws TeeException {
        nested.probe.invoke(Probe.CALL_BACK, nested.arguments);
        return nested.arguments.size(1);
    }

    @Benchmark
    @Floor
    public int spinAndPark(Spinning spinning) {
        return spinning.pingPong.call();
    }

    @Benchmark
    @Floor
    public int parkAndUnpark(Parking parking) {
        return parking.pingPong.call();
    }
}
