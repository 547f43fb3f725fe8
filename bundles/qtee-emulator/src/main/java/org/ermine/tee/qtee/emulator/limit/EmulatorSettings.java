// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.limit;

import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * Limits of the emulated QTEE.
 *
 * @param qteeVersion as FeatureVersions reports it: major in bits 22 to 29, minor in 12 to 19, patch in 0 to 11
 * @param objects most object ids that the normal world may hold
 * @param heapBytes size of the modelled secure heap, up to 2^32 - 1
 * @param applications most trusted applications loaded at once
 * @param listeners most listeners registered at once
 * @param listenerWaitMillis how long a request waits for a busy listener
 * @param stopWaitMillis how long stopping waits for calls in progress
 * @param clientObjects most object ids that one client may hold
 */
public record EmulatorSettings(
        int qteeVersion,
        int objects,
        long heapBytes,
        int applications,
        int listeners,
        long listenerWaitMillis,
        long stopWaitMillis,
        long clientObjects) {

    static final String DEFAULT_VERSION = "5.2.0";
    static final int DEFAULT_OBJECTS = 2_048_000;
    static final int MAX_OBJECTS = 1 << 22;
    static final int DEFAULT_HEAP_MEBIBYTES = 256;
    static final int DEFAULT_APPLICATIONS = 64;
    static final int DEFAULT_LISTENERS = 64;
    static final long DEFAULT_LISTENER_WAIT = 10_000;
    static final long DEFAULT_STOP_WAIT = 5_000;
    static final int DEFAULT_SHARE = 50;

    private static final int MAX_MAJOR_MINOR = 0xff;
    private static final int MAX_PATCH = 0xfff;

    public EmulatorSettings {
        requireRange("objects", objects, 16, MAX_OBJECTS);
        requireRange("heap", heapBytes, 1 << 20, 0xffff_ffffL);
        requireRange("applications", applications, 1, 4096);
        requireRange("listeners", listeners, 1, 4096);
        requireRange("listener wait", listenerWaitMillis, 1, 3_600_000);
        requireRange("stop wait", stopWaitMillis, 0, 3_600_000);
        requireRange("objects of a client", clientObjects, 1, MAX_OBJECTS);
    }

    /** One client may hold as many objects as all together. */
    public EmulatorSettings(
            int qteeVersion,
            int objects,
            long heapBytes,
            int applications,
            int listeners,
            long listenerWaitMillis,
            long stopWaitMillis) {
        this(
                qteeVersion,
                objects,
                heapBytes,
                applications,
                listeners,
                listenerWaitMillis,
                stopWaitMillis,
                Math.max(1, objects));
    }

    /** What holds unless configured. */
    public static EmulatorSettings defaults() {
        return new EmulatorSettings(
                version(DEFAULT_VERSION),
                DEFAULT_OBJECTS,
                (long) DEFAULT_HEAP_MEBIBYTES << 20,
                DEFAULT_APPLICATIONS,
                DEFAULT_LISTENERS,
                DEFAULT_LISTENER_WAIT,
                DEFAULT_STOP_WAIT,
                OwnerShares.part(DEFAULT_OBJECTS, DEFAULT_SHARE));
    }

    public static EmulatorSettings read(OptionReader<EmulatorConfiguration> options) {
        int objects = options.integer(EmulatorConfiguration::maxObjects);
        long heap = options.number(EmulatorConfiguration::heapMiB) << 20;
        return new EmulatorSettings(
                options.value(EmulatorConfiguration::qteeVersion, EmulatorSettings::version),
                objects,
                heap,
                options.integer(EmulatorConfiguration::maxApplications),
                options.integer(EmulatorConfiguration::maxListeners),
                options.number(EmulatorConfiguration::listenerWaitMillis),
                options.number(EmulatorConfiguration::stopMillis),
                OwnerShares.part(
                        Math.min(objects, SecureHeap.objectsIn(heap)),
                        options.integer(EmulatorConfiguration::clientSharePercent)));
    }

    /** Codes a version in words, for example {@code 5.2.0}. */
    public static int version(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("version " + text + " is not major.minor.patch");
        }
        return part(text, parts[0], MAX_MAJOR_MINOR) << 22
                | part(text, parts[1], MAX_MAJOR_MINOR) << 12
                | part(text, parts[2], MAX_PATCH);
    }

    private static int part(String version, String digits, int most) {
        int value = digits.matches("[0-9]{1,4}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
        if (value > most) {
            throw new IllegalArgumentException(
                    "version " + version + ": " + digits + " is not in the range 0 to " + most);
        }
        return value;
    }

    private static void requireRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is not in the range " + least + " to " + most);
        }
    }
}
