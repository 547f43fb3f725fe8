// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.options;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the supplicant. */
@ObjectClassDefinition(
        name = "Ermine supplicant",
        description = "Threads, time limits and hand-over times for handlers that the TEE calls.")
public @interface SupplicantConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.supplicant";

    @AttributeDefinition(
            name = "Workers",
            description = "Threads that carry out callbacks at the same time; of two or more, one bundle's objects and"
                    + " handlers occupy all but one, and the rest of its callbacks wait. A callback that takes longer "
                    + "than 10 ms while others wait"
                    + " does not count: another thread is added, until half of those are in use that maxThreads has "
                    + "beyond"
                    + " the workers, and half of those that maxThreadsPerOwner allows. 1 to 1024.",
            min = "1",
            max = "1024")
    int workers() default 4;

    @AttributeDefinition(
            name = "Maximum of threads",
            description = "Workers including those that wait for a successor of a handler, are held by a handler that"
                    + " exceeded its time limit, or carry out slow callbacks while others wait. A request that would "
                    + "have to wait beyond that is answered BUSY."
                    + " 1 to 4096, and at least the number of workers.",
            min = "1",
            max = "4096")
    int maxThreads() default 64;

    @AttributeDefinition(
            name = "Maximum of threads per owner",
            description =
                    "How many of the threads may wait for a handler's successor, or be held by callbacks that exceeded"
                            + " their time limit, for one bundle or listener. What would go beyond it is answered "
                            + "BUSY, for that"
                            + " bundle alone. 1 to 4096.",
            min = "1",
            max = "4096")
    int maxThreadsPerOwner() default 32;

    @AttributeDefinition(
            name = "Maximum of nesting",
            description =
                    "How many callbacks one thread carries out within one another: a callback that invokes the TEE,"
                            + " which calls back, is served on the same stack, of 8 MiB. One more fails with KMEM."
                            + " 1 to 1024.",
            min = "1",
            max = "1024")
    int maxNesting() default 256;

    @AttributeDefinition(
            name = "Spin time",
            description =
                    "How long one idle worker looks out for the next callback at the most before it goes to sleep, in"
                            + " microseconds. It is twice as long as it takes to wake a thread up here, as it is "
                            + "measured, and in"
                            + " vain an eighth of one processor's time. 0 to 1000; 0 turns it off, as a single "
                            + "processor does.",
            min = "0",
            max = "1000")
    int spinMicros() default 200;

    @AttributeDefinition(
            name = "Time limit",
            description =
                    "How long one callback may take before it is failed towards the TEE, in milliseconds. Listener"
                            + " handlers may ask for another limit. 1 to 86400000.",
            min = "1",
            max = "86400000")
    long timeLimitMillis() default 30_000;

    @AttributeDefinition(
            name = "Drain time",
            description = "How long the unregistering of a handler waits for requests that the handler works on, in"
                    + " milliseconds. 0 to 86400000.",
            min = "0",
            max = "86400000")
    long drainMillis() default 5_000;

    @AttributeDefinition(
            name = "Grace time",
            description =
                    "How long requests wait for the successor of a handler that went, in milliseconds. 0 to 86400000.",
            min = "0",
            max = "86400000")
    long graceMillis() default 10_000;
}
