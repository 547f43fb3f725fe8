// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.floor.HandWritten;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * So many bytes in and as many out, which the invoked object copies. The last size is what just fits a message of 4
 * MiB.
 */
@BenchmarkMode(Mode.AverageTime)
public class DirectInvocation {

    /** The bytes, in arrays and in direct buffers. */
    @State(Scope.Thread)
    public static class Buffers {

        @Param({"0", "64", "4096", "65536", "2097000"})
        int size;

        byte[] input;
        byte[] output;
        Arguments arrays;
        Arguments direct;
        HandWritten handWritten;

        @Setup
        public void allocate() {
            input = new byte[size];
            output = new byte[size];
            arrays = new Arguments().in(input).out(output);
            direct = new Arguments().in(ByteBuffer.allocateDirect(size)).out(ByteBuffer.allocateDirect(size));
            handWritten = new HandWritten(size, (op, in, length, out) -> {
                System.arraycopy(in, 0, out, 0, length);
                return length;
            });
        }
    }

    @Benchmark
    public int arrays(Tee tee, Buffers buffers) throws TeeException {
        tee.probe.invoke(Probe.ECHO, buffers.arrays);
        return buffers.arrays.size(1);
    }

    @Benchmark
    public int directBuffers(Tee tee, Buffers buffers) throws TeeException {
        tee.probe.invoke(Probe.ECHO, buffers.direct);
        return buffers.direct.size(1);
    }

    @Benchmark
    @Floor
    public int handWritten(Buffers buffers) {
        return buffers.handWritten.invoke(0, Probe.ECHO, buffers.input, buffers.output);
    }

    @Benchmark
    @Floor
    public byte[] copyEachWay(Buffers buffers) {
        System.arraycopy(buffers.input, 0, buffers.output, 0, buffers.size);
        System.arraycopy(buffers.output, 0, buffers.input, 0, buffers.size);
        return buffers.output;
    }
}
