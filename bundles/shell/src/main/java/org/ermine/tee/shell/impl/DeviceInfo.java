// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.io.PrintStream;
import java.util.Locale;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.mink.Diagnostics.HeapInfo;
import org.ermine.tee.mink.FeatureVersions;
import org.ermine.tee.runtime.MemoryDTO;

/** What {@code info} prints: a label and a value in each line. */
final class DeviceInfo {

    private DeviceInfo() {}

    /** Prints what a device tells of itself, and a QTEE when it is asked. */
    static void print(TeeDevice device, PrintStream out) throws TeeException {
        TeeVersion version = device.version();
        line(out, "Device", device.name());
        if (version.implementation() == TeeVersion.QTEE) {
            try (TeeContext context = device.open();
                    ClientEnv environment = ClientEnv.register(context)) {
                line(out, "QTEE version", qteeVersion(environment));
                line(out, "QTEE heap", heap(environment));
            }
        } else {
            line(out, "TEE", Listings.implementation(version.implementation()) + " " + version.release());
        }
        out.println();
    }

    /** Prints the state of the memory that is shared with all devices. */
    static void print(MemoryDTO memory, PrintStream out) {
        line(
                out,
                "Shared memory",
                String.format(
                        Locale.ROOT,
                        "%s in use (%s at most so far), %s committed of %s",
                        Units.size(memory.inUse),
                        Units.size(memory.peak),
                        Units.size(memory.committed),
                        Units.size(memory.limit)));
        line(out, "Memory objects", memory.regions + ", of these registered " + Units.size(memory.registered));
        line(out, "Message buffers", memory.buffersInUse + " in use");
        line(out, "Refused", memory.refused + " requests because of the limit");
    }

    private static String qteeVersion(ClientEnv environment) throws TeeException {
        try (FeatureVersions versions = FeatureVersions.open(environment)) {
            return FeatureVersions.format(versions.get(FeatureVersions.QTEE));
        }
    }

    private static String heap(ClientEnv environment) throws TeeException {
        try (Diagnostics diagnostics = Diagnostics.open(environment)) {
            HeapInfo heap = diagnostics.queryHeapInfo();
            return String.format(
                    Locale.ROOT,
                    "%s used of %s, %s free in pieces of up to %s, %s overhead, %s wasted",
                    Units.size(heap.used()),
                    Units.size(heap.total()),
                    Units.size(heap.free()),
                    Units.size(heap.largestFree()),
                    Units.size(heap.overhead()),
                    Units.size(heap.wasted()));
        }
    }

    private static void line(PrintStream out, String label, String value) {
        out.printf(Locale.ROOT, "%-16s %s%n", label, Table.printable(value));
    }
}
