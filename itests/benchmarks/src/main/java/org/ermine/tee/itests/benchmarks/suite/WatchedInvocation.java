// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An invocation of 64 bytes in and out while somebody watches, against one that nobody watches. */
@BenchmarkMode(Mode.AverageTime)
public class WatchedInvocation {

    private static final int SIZE = 64;

    /** What is passed. */
    @State(Scope.Thread)
    public static class Buffers {
        final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
    }

    private static int call(Tee tee, Buffers buffers) throws TeeException {
        tee.probe.invoke(Probe.ECHO, buffers.arguments);
        return buffers.arguments.size(1);
    }

    @Benchmark
    @Floor
    public int unwatched(Tee tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }

    @Benchmark
    public int statistics(Watched.ByStatistics tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }

    @Benchmark
    public int statisticsOfAll(Watched.ByStatisticsOfAll tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }

    @Benchmark
    public int livePage(Watched.ByPage tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }

    @Benchmark
    public int recording(Watched.ByRecorder tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }

    @Benchmark
    public int recordingOfAll(Watched.ByRecorderOfAll tee, Buffers buffers) throws TeeException {
        return call(tee, buffers);
    }
}
