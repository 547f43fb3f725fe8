// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** So many arguments of each kind, against none. */
@BenchmarkMode(Mode.AverageTime)
public class ArgumentCounts {

    private static final int SIZE = 64;

    /** Arguments of each kind. */
    @State(Scope.Thread)
    public static class Call {

        @Param({"1", "4", "15"})
        int count;

        final Arguments buffers = new Arguments();
        final Arguments teeObjects = new Arguments();
        final Arguments memoryObjects = new Arguments();
        final Arguments returned = new Arguments();

        @Setup
        public void fill(Tee tee) throws TeeException {
            for (int i = 0; i < count; i++) {
                buffers.in(new byte[SIZE]).out(new byte[SIZE]);
                teeObjects.in(created(tee));
                memoryObjects.in(tee.context.allocate(SIZE));
                returned.in(created(tee)).outObject();
            }
        }
    }

    private static TeeObject created(Tee tee) throws TeeException {
        Arguments created = new Arguments().outObject();
        tee.probe.invoke(Probe.CREATE, created);
        return created.teeObject(0);
    }

    @Benchmark
    public int buffersInAndOut(Tee tee, Call call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.buffers);
        return call.buffers.size(1);
    }

    @Benchmark
    public void teeObjectsIn(Tee tee, Call call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.teeObjects);
    }

    @Benchmark
    public void memoryObjectsIn(Tee tee, Call call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.memoryObjects);
    }

    /** Each comes back as a new reference, which is closed. */
    @Benchmark
    public void teeObjectsInAndOut(Tee tee, Call call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.returned);
        for (int i = 0; i < call.count; i++) {
            call.returned.teeObject(2 * i + 1).close();
        }
    }

    @Benchmark
    @Floor
    public void noArguments(Tee tee, NoArguments call) throws TeeException {
        tee.probe.invoke(Probe.ECHO, call.arguments);
    }

    /** An invocation with none. */
    @State(Scope.Thread)
    public static class NoArguments {
        final Arguments arguments = new Arguments();
    }
}
