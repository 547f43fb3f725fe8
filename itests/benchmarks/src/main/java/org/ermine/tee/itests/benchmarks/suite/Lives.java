// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.suite;

import org.ermine.tee.Arguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Floor;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.floor.SlotTable;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What begins and ends: contexts, objects, shared memory. Against a bare table that an object is put into and taken out
 * of.
 */
@BenchmarkMode(Mode.AverageTime)
public class Lives {

    /** What contexts are opened of. */
    @State(Scope.Benchmark)
    public static class Device {

        TeeDevice device;

        @Setup
        public void find(Tee tee) {
            device = tee.world.device(World.DEVICE);
        }
    }

    /** Arguments of an invocation that returns a new object. */
    @State(Scope.Thread)
    public static class Creation {
        final Arguments arguments = new Arguments().outObject();
    }

    /** The bare table. */
    @State(Scope.Thread)
    public static class Table {
        final SlotTable slots = new SlotTable(1024);
    }

    @Benchmark
    public boolean contextOpenAndClose(Device tee) throws TeeException {
        try (TeeContext context = tee.device.open()) {
            return context.isClosed();
        }
    }

    @Benchmark
    public boolean objectCreateAndRelease(Tee tee, Creation creation) throws TeeException {
        tee.probe.invoke(Probe.CREATE, creation.arguments);
        try (TeeObject object = creation.arguments.teeObject(0)) {
            return object.isClosed();
        }
    }

    @Benchmark
    public long memoryAllocateAndFree(Tee tee) throws TeeException {
        try (SharedMemory memory = tee.context.allocate(4096)) {
            return memory.id();
        }
    }

    @Benchmark
    public RuntimeDTO snapshot(Snapshots snapshots) {
        return snapshots.runtime.snapshot();
    }

    /** What takes snapshots, and how much there is to be seen. */
    @State(Scope.Benchmark)
    public static class Snapshots {

        @Param({"1", "10000"})
        int contexts;

        TeeRuntime runtime;

        @Setup
        public void open(Tee tee) throws TeeException {
            runtime = tee.world.runtime();
            for (int i = 1; i < contexts; i++) {
                tee.world.open();
            }
        }
    }

    @Benchmark
    @Floor
    public Object slotTable(Table table) {
        return table.slots.remove(table.slots.add(new Object()));
    }
}
