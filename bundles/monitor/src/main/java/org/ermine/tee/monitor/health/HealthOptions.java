// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What counts as healthy. */
@ObjectClassDefinition(
        name = "Ermine monitor",
        description = "What the health checks of Ermine take for healthy. A change takes effect at once.")
@interface HealthOptions {

    /** Configuration PID. */
    String PID = "org.ermine.tee.monitor";

    @AttributeDefinition(
            name = "Development TEE allowed",
            type = AttributeType.BOOLEAN,
            description =
                    "Whether a TEE that is emulated in software, and protects nothing, is no reason for a warning."
                            + " Default: false.")
    String developmentAllowed() default "false";

    @AttributeDefinition(
            name = "Open permissions allowed",
            type = AttributeType.BOOLEAN,
            description = "Whether permissions that are left open, so that every bundle has them, are no reason for a "
                    + "warning."
                    + " Default: false.")
    String openPermissionsAllowed() default "false";

    @AttributeDefinition(
            name = "Required handlers",
            description =
                    "Listener ids in hexadecimal (0x7000) and names of callbacks that must have a handler. Default:"
                            + " none.")
    String[] requiredHandlers() default {};

    @AttributeDefinition(
            name = "Oldest request",
            description =
                    "A request of the TEE that is not answered for longer is reported, in milliseconds, 1 to 86400000."
                            + " Default: 10000.",
            min = "1",
            max = "86400000")
    long maxRequestMillis() default 10_000;

    @AttributeDefinition(
            name = "Shared memory in use",
            description = "More in use than that part of the limit is reported, in percent, 1 to 100. Default: 90.",
            min = "1",
            max = "100")
    int maxMemoryPercent() default 90;

    @AttributeDefinition(
            name = "Time to release",
            description =
                    "How long objects may wait to be released without their number becoming smaller, in milliseconds, 1"
                            + " to 86400000. Default: 30000.",
            min = "1",
            max = "86400000")
    long maxReleaseMillis() default 30_000;
}
