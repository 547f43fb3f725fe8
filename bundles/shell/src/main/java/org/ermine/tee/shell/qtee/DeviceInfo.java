// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

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
import org.ermine.tee.shell.command.Console;
import org.ermine.tee.shell.runtime.Listings;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.shell.text.Units;

/** What {@code info} prints: a label and a value in each line. */
final class DeviceInfo {

    private DeviceInfo() {}

    /** Prints what a device tells of itself, and a QTEE when it is asked. */
    static void print(TeeDevice device, Console console) throws TeeException {
        Table table = new Table("", "");
        TeeVersion version = device.version();
        table.row(label("Device"), device.name());
        if (version.implementation() == TeeVersion.QTEE) {
            try (TeeContext context = device.open();
                    ClientEnv environment = ClientEnv.register(context)) {
                table.row(label("QTEE version"), qteeVersion(environment));
                table.row(label("QTEE heap"), heap(environment));
            }
        } else {
            table.row(label("TEE"), Listings.implementation(version.implementation()) + " " + version.release());
        }
        console.print(table, device.name());
        console.out().println();
    }

    /** Prints the state of the memory that is shared with all devices. */
    static void print(MemoryDTO memory, Console console) {
        Table table = new Table("", "");
        table.row(
                label("Shared memory"),
                String.format(
                        Locale.ROOT,
                        "%s in use (%s at most so far), %s committed of %s",
                        Units.size(memory.inUse),
                        Units.size(memory.peak),
                        Units.size(memory.committed),
                        Units.size(memory.limit)));
        table.row(label("Memory objects"), memory.regions + ", of these registered " + Units.size(memory.registered));
        table.row(label("Message buffers"), memory.buffersInUse + " in use");
        table.row(label("Given back"), Units.size(memory.uncollected) + " that the JVM has not freed yet");
        table.row(label("Refused"), memory.refused + " requests because of the limit");
        console.print(table, "none");
    }

    /** As wide as the widest of all, so that the values of several tables stand below each other. */
    private static String label(String text) {
        return String.format(Locale.ROOT, "%-15s", text);
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
}
