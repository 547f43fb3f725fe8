// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.options;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of core. */
@ObjectClassDefinition(
        name = "Ermine TEE Core",
        description = "Devices and contexts. A change applies to devices that come or go afterwards; that of whether"
                + " permissions are required takes effect at once.")
public @interface CoreConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.core";

    @AttributeDefinition(
            name = "Wait when a device goes",
            description = "How long a device that goes away waits until the TEE has let go of all its contexts, in"
                    + " milliseconds, 0 to 600000. What is left then is reported and cut off. Default: 5000.",
            min = "0",
            max = "600000")
    int unregisterMillis() default 5000;

    @AttributeDefinition(
            name = "Interval between leak messages",
            description =
                    "At most one message per interval and owner is logged about TEE objects that were lost without"
                            + " being closed, in seconds, 1 to 86400. Default: 10.",
            min = "1",
            max = "86400")
    int leakLogSeconds() default 10;

    @AttributeDefinition(
            name = "Contexts",
            description =
                    "The most contexts that a device may have, those included that are closed and that the TEE still"
                            + " refers to, 1 to 10000000. Default: 32768.",
            min = "1",
            max = "10000000")
    int contexts() default 32_768;

    @AttributeDefinition(
            name = "Share of an owner (%)",
            description =
                    "How many of these contexts may be of one bundle, in percent, 1 to 100. What it opens beyond them"
                            + " is refused with ENOSPC. 100 lets one bundle take all. Default: 50.",
            min = "1",
            max = "100")
    int ownerSharePercent() default 50;

    @AttributeDefinition(
            name = "Require permissions",
            type = AttributeType.BOOLEAN,
            description = "Whether nothing is permitted to any bundle while no bundle decides what is permitted, as"
                    + " org.ermine.tee.permissions does: what is open is closed then. Otherwise everything is"
                    + " permitted but to speak for others. The property"
                    + " org.ermine.tee.core.requirePermissions of the framework or the system says so from the"
                    + " start. Default: false.")
    String requirePermissions() default "false";
}
