// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An invocation of 64 bytes in whose course the driver serves a call back on the calling thread, and one that maps and
 * unmaps shared memory (a call back and an asynchronous release), against one without.
 */
@BenchmarkMode(Mode.AverageTime)
public class CallingThread {

    private static final int SIZE = 64;

    /** The arguments. */
    @State(Scope.Thread)
    public static class Call {
        final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
    }

    /** An object behind a channel that calls back. */
    @State(Scope.Benchmark)
    public static class Yielding {

        TeeObject probe;

        @Setup
        public void open(Tee tee) throws TeeException {
            probe = World.open(tee.world.yieldingDevice().open(), Probe.UID);
        }
    }

    /** Shared memory. */
    @State(Scope.Thread)
    public static class Memory {

        @Param({"4096", "67108864"})
        int bytes;

        Arguments arguments;

        @Setup
        public void allocate(Tee tee) throws TeeException {
            SharedMemory memory = tee.context.allocate(bytes);
            arguments = new Arguments().in(memory);
        }
    }

    @Benchmark
    public void servedByTheDriver(Yielding yielding, Call call) throws TeeException {
        yielding.probe.invoke(Probe.ECHO, call.arguments);
    }

    @Benchmark
    public void memoryMapped(Tee tee, Memory memory) throws TeeException {
        tee.probe.invoke(Probe.TOUCH, memory.arguments);
    }

    @Benchmark
    @Floor
    public void noCallback(Tee tee, Call call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.arguments);
    }
}
