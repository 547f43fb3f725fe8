// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.limit;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the emulated QTEE. */
@ObjectClassDefinition(
        name = "Ermine QTEE emulator",
        description = "The secure world in software. It protects nothing and is for development.")
public @interface EmulatorConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.qtee.emulator";

    @AttributeDefinition(
            name = "State directory",
            description = "Where device key and counters are kept. Accessible to the owner only, made if it does not"
                    + " exist. Empty: in the data area of the bundle, which goes when the bundle is uninstalled.")
    String stateDirectory() default "";

    @AttributeDefinition(
            name = "QTEE version",
            description = "The version that the emulated QTEE reports: major.minor.patch, at most 255.255.4095.")
    String qteeVersion() default EmulatorSettings.DEFAULT_VERSION;

    @AttributeDefinition(
            name = "Object limit",
            description = "Most object ids that the normal world may hold; 16 to 4194304. The table takes about 4"
                    + " bytes for each from the start.",
            min = "16",
            max = "4194304")
    int maxObjects() default EmulatorSettings.DEFAULT_OBJECTS;

    @AttributeDefinition(
            name = "Secure heap (MiB)",
            description =
                    "Size of the modelled secure heap, which objects and applications are accounted to; 1 to 4095.",
            min = "1",
            max = "4095")
    int heapMiB() default EmulatorSettings.DEFAULT_HEAP_MEBIBYTES;

    @AttributeDefinition(
            name = "Application limit",
            description = "Most trusted applications loaded at once; 1 to 4096.",
            min = "1",
            max = "4096")
    int maxApplications() default EmulatorSettings.DEFAULT_APPLICATIONS;

    @AttributeDefinition(
            name = "Listener limit",
            description = "Most listeners registered at once; 1 to 4096.",
            min = "1",
            max = "4096")
    int maxListeners() default EmulatorSettings.DEFAULT_LISTENERS;

    @AttributeDefinition(
            name = "Listener wait (ms)",
            description = "How long a request waits for a busy listener before it fails with BUSY; 1 to 3600000.",
            min = "1",
            max = "3600000")
    long listenerWaitMillis() default EmulatorSettings.DEFAULT_LISTENER_WAIT;

    @AttributeDefinition(
            name = "Stop wait (ms)",
            description = "How long stopping waits for calls in progress; 0 to 3600000.",
            min = "0",
            max = "3600000")
    long stopMillis() default EmulatorSettings.DEFAULT_STOP_WAIT;

    @AttributeDefinition(
            name = "Share of a client (%)",
            description =
                    "How many of these objects the clients with one identity, as a rule those of one bundle, may hold, "
                            + "in"
                            + " percent of the object limit or of those for which the secure heap has room, 1 to 100. A"
                            + " registration counts as 5. What they are to get beyond them fails with NOSLOTS.",
            min = "1",
            max = "100")
    int clientSharePercent() default EmulatorSettings.DEFAULT_SHARE;
}
