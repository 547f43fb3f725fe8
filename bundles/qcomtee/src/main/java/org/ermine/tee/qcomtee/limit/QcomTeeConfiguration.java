// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the Qualcomm backend. */
@ObjectClassDefinition(
        name = "Ermine Qualcomm TEE backend",
        description = "Devices behind a QTEE secure channel. A change closes and reopens them.")
public @interface QcomTeeConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.qcomtee";

    @AttributeDefinition(
            name = "Callback time",
            description =
                    "How long the callbacks of one invocation may take together, in milliseconds, unless the client"
                            + " asks for less. Then they fail with TIMEOUT. 1 to 86400000.",
            min = "1",
            max = "86400000")
    int callbackMillis() default 30_000;

    @AttributeDefinition(
            name = "Spin time",
            description =
                    "How long a client looks out for the answer to a callback at the most before its thread goes to"
                            + " sleep, in microseconds. It is twice as long as it takes to wake a thread up here, as it"
                            + " is measured, and in vain an eighth of one processor's time. 0 to 1000; 0 turns it off,"
                            + " as a single processor does.",
            min = "0",
            max = "1000")
    int spinMicros() default 200;

    @AttributeDefinition(
            name = "Longest sleep",
            description = "The longest that QTEE may let a calling thread sleep at once, in milliseconds. 0 to 60000.",
            min = "0",
            max = "60000")
    int sleepMillis() default 1_000;

    @AttributeDefinition(
            name = "Exported objects",
            description = "The most objects of the normal world that QTEE may hold altogether. 1 to 2000000000.",
            min = "1",
            max = "2000000000")
    int exports() default 4_000_000;

    @AttributeDefinition(
            name = "Callback objects of a context",
            description = "The most callback objects of one context that QTEE may hold, those included whose release is"
                    + " not received yet. 1 to 2000000000.",
            min = "1",
            max = "2000000000")
    int userObjects() default 1_000_000;

    @AttributeDefinition(
            name = "Closing time",
            description =
                    "How long the end of a device waits for its contexts and releases, in milliseconds. What is left"
                            + " then is reported and cut off. 0 to 600000.",
            min = "0",
            max = "600000")
    int closeMillis() default 5_000;

    @AttributeDefinition(
            name = "Release attempts",
            description = "How often the release of an object of QTEE is tried before it is given up. 1 to 1000.",
            min = "1",
            max = "1000")
    int releaseAttempts() default 10;

    @AttributeDefinition(
            name = "Threads that release",
            description =
                    "How many releases of objects of QTEE may be held up in QTEE, each with a thread of its own, before"
                            + " all others wait. One that takes no longer than 0.1 s holds up nobody. 1 to 64.",
            min = "1",
            max = "64")
    int releaseThreads() default 4;

    @AttributeDefinition(
            name = "Grace of calls",
            description = "How long QTEE may go on calling back when an invocation should end, because the time for its"
                    + " callbacks is over, its thread was interrupted, or its context or device is closed, in"
                    + " milliseconds, 0 to 60000. Then the invocation ends without an answer of QTEE.",
            min = "0",
            max = "60000")
    int graceMillis() default 1_000;

    @AttributeDefinition(
            name = "Abandoned memory of an owner (KiB)",
            description = "Message buffers of an invocation that ended without an answer of QTEE are never used again,"
                    + " since QTEE may still write to them. When those of one bundle take so much memory, its"
                    + " invocations of the device fail with EBUSY. In KiB, 1 to 4194304.",
            min = "1",
            max = "4194304")
    int abandonedKiB() default 1_024;

    @AttributeDefinition(
            name = "Share of an owner (%)",
            description = "How many of the exported objects may be of one bundle, in percent, 1 to 100. What it passes"
                    + " beyond them is refused with ENOSPC. 100 lets one bundle take all.",
            min = "1",
            max = "100")
    int ownerSharePercent() default 50;

    @AttributeDefinition(
            name = "Large messages of an owner (MiB)",
            description =
                    "How much memory the messages of one bundle that are larger than 64 KiB may take while they are"
                            + " under way, in MiB, 8 to 65536. Invocations beyond it fail with ENOMEM.",
            min = "8",
            max = "65536")
    int ownerMessageMiB() default 32;

    @AttributeDefinition(
            name = "Release notifications of an owner",
            description =
                    "How many notifications that QTEE let a callback object go may wait for one bundle, because its"
                            + " objects are slow to take them. While so many wait, what it hands over to QTEE is"
                            + " refused with ENOSPC; of what QTEE has already none is lost. 1 to 2000000000.",
            min = "1",
            max = "2000000000")
    int ownerNotifications() default 100_000;
}
