// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.floor.HandWritten;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * Direct invocations of 64 bytes by two threads at once. Times are those of one operation on one thread: with twice the
 * throughput of one thread, the ratio is 1. What the machine itself allows is the ratio of {@code handWrittenTwice},
 * which shares nothing, to {@code handWrittenOnce}.
 */
@BenchmarkMode(Mode.AverageTime)
public class Scaling {

    private static final int SIZE = 64;

    /** Objects of the same context. */
    @State(Scope.Thread)
    public static class SameContext {

        final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
        TeeObject probe;

        @Setup
        public void open(Tee tee) throws TeeException {
            Arguments created = new Arguments().outObject();
            tee.probe.invoke(Probe.CREATE, created);
            probe = created.teeObject(0);
        }
    }

    /** A context for each thread. */
    @State(Scope.Thread)
    public static class OwnContext {

        final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
        TeeObject probe;

        @Setup
        public void open(Tee tee) throws TeeException {
            probe = tee.probeInNewContext();
        }
    }

    /** The hand-written path, one for each thread. */
    @State(Scope.Thread)
    public static class Bare {

        final byte[] input = new byte[SIZE];
        final byte[] output = new byte[SIZE];
        final HandWritten path = new HandWritten(SIZE, (op, in, length, out) -> {
            System.arraycopy(in, 0, out, 0, length);
            return length;
        });
    }

    @Benchmark
    @Floor
    public void oneThread(OwnContext own) throws TeeException {
        own.probe.invoke(Probe.ECHO, own.arguments);
    }

    @Benchmark
    @Threads(2)
    public void twoThreadsOnTwoContexts(OwnContext own) throws TeeException {
        own.probe.invoke(Probe.ECHO, own.arguments);
    }

    @Benchmark
    @Threads(2)
    public void twoThreadsOnOneContext(SameContext same) throws TeeException {
        same.probe.invoke(Probe.ECHO, same.arguments);
    }

    @Benchmark
    @Floor
    public int handWrittenOnce(Bare bare) {
        return bare.path.invoke(0, Probe.ECHO, bare.input, bare.output);
    }

    @Benchmark
    @Threads(2)
    public int handWrittenTwice(Bare bare) {
        return bare.path.invoke(0, Probe.ECHO, bare.input, bare.output);
    }
}
