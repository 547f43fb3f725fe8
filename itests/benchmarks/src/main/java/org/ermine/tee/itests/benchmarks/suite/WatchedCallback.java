// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An invocation with a callback through the queue while somebody watches, against one that nobody watches. */
@BenchmarkMode(Mode.SampleTime)
public class WatchedCallback {

    private static final int SIZE = 64;

    private static final CallbackObject ECHO = (op, call) -> call.output(0).put(call.input(0));

    /** A probe that keeps a callback object, once it was called. */
    @State(Scope.Thread)
    public static class Client {

        private final Arguments arguments = new Arguments().in(new byte[SIZE]).out(new byte[SIZE]);
        private TeeObject probe;

        int call(Tee tee) throws TeeException {
            if (probe == null) {
                Arguments created = new Arguments().outObject();
                tee.probe.invoke(Probe.CREATE, created);
                probe = created.teeObject(0);
                probe.invoke(Probe.KEEP, new Arguments().in(ECHO));
            }
            probe.invoke(Probe.CALL_BACK, arguments);
            return arguments.size(1);
        }
    }

    @Benchmark
    @Floor
    public int unwatched(Tee tee, Client client) throws TeeException {
        return client.call(tee);
    }

    @Benchmark
    public int statistics(Watched.ByStatistics tee, Client client) throws TeeException {
        return client.call(tee);
    }

    @Benchmark
    public int recording(Watched.ByRecorder tee, Client client) throws TeeException {
        return client.call(tee);
    }
}
