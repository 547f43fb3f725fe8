// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.mink.QteeUid;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A call of a typed Mink proxy, against the invocation that it makes. */
@BenchmarkMode(Mode.AverageTime)
public class TypedCall {

    private static final int OP_QUERY_HEAP_INFO = 0;
    private static final int HEAP_INFO_SIZE = 24;

    /** The same service twice. */
    @State(Scope.Thread)
    public static class Services {

        final Arguments arguments = new Arguments().out(new byte[HEAP_INFO_SIZE]);
        Diagnostics typed;
        TeeObject untyped;

        @Setup
        public void open(Tee tee) throws TeeException {
            try (ClientEnv environment = ClientEnv.register(tee.context)) {
                typed = Diagnostics.open(environment);
            }
            untyped = World.open(tee.context, QteeUid.DIAGNOSTICS);
        }
    }

    @Benchmark
    public long typed(Services services) throws TeeException {
        return services.typed.queryHeapInfo().free();
    }

    @Benchmark
    @Floor
    public int untyped(Services services) throws TeeException {
        services.untyped.invoke(OP_QUERY_HEAP_INFO, services.arguments);
        return services.arguments.size(0);
    }
}
