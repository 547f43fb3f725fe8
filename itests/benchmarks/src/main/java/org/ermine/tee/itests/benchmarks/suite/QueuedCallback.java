// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
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

/**
 * An invocation of 64 bytes in whose course the TEE calls a callback object of the client back, with 64 bytes in and out: through
 * the queue of requests, on a worker of the supplicant.
 */
@BenchmarkMode(Mode.SampleTime)
public class QueuedCallback {

    private static final int SIZE = 64;

    /** A probe that keeps a callback object. */
    @State(Scope.Thread)
    public static class Client {

        final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);

        @Setup
        public void handOver(Tee tee) throws TeeException {
            CallbackObject echo = (op, call) -> call.output(0).put(call.input(0));
            tee.probe.invoke(Probe.KEEP, new Arguments().in(echo));
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

    @Benchmark
    public int ermine(Tee tee, Client client) throws TeeException {
        tee.probe.invoke(Probe.CALL_BACK, client.arguments);
        return client.arguments.size(1);
    }

    @Benchmark
    @Floor
    public int parkAndUnpark(Parking parking) {
        return parking.pingPong.call();
    }
}
