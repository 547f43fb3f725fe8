// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import java.rmi.RemoteException;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.floor.GrpcEcho;
import org.ermine.tee.itests.benchmarks.floor.RmiEcho;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** 64 bytes there and back, by what one would use instead. */
@BenchmarkMode(Mode.SampleTime)
public class AgainstOthers {

    private static final int SIZE = 64;

    /** The bytes. */
    @State(Scope.Thread)
    public static class Bytes {
        final byte[] input = new byte[SIZE];
        final byte[] output = new byte[SIZE];
        final Arguments arguments = new Arguments().in(input).out(output);
    }

    /** Servers in this JVM. */
    @State(Scope.Benchmark)
    public static class Servers {

        GrpcEcho grpc;
        GrpcEcho grpcDirect;
        RmiEcho rmi;

        @Setup
        public void start() throws Exception {
            grpc = new GrpcEcho(false);
            grpcDirect = new GrpcEcho(true);
            rmi = new RmiEcho();
        }

        @TearDown
        public void stop() throws Exception {
            grpc.close();
            grpcDirect.close();
            rmi.close();
        }
    }

    @Benchmark
    public int ermine(Tee tee, Bytes bytes) throws TeeException {
        tee.probe.invoke(Probe.ECHO, bytes.arguments);
        return bytes.arguments.size(1);
    }

    @Benchmark
    @Floor
    public byte[] grpcInProcess(Servers servers, Bytes bytes) {
        return servers.grpc.call(bytes.input);
    }

    @Benchmark
    @Floor
    public byte[] grpcInProcessDirectExecutor(Servers servers, Bytes bytes) {
        return servers.grpcDirect.call(bytes.input);
    }

    @Benchmark
    @Floor
    public byte[] rmi(Servers servers, Bytes bytes) throws RemoteException {
        return servers.rmi.call(bytes.input);
    }
}
