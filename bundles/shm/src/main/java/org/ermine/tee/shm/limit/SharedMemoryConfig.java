// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.limit;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the shared-memory manager. They take effect at once, also while memory is in use. */
@ObjectClassDefinition(
        name = "Ermine Shared Memory",
        description = "How much memory is shared with trusted execution environments")
public @interface SharedMemoryConfig {

    String PID = "org.ermine.tee.shm";

    @AttributeDefinition(
            name = "Limit (MiB)",
            description =
                    "The most that message buffers and memory objects may take together, in MiB, 1 to 65536. Requests"
                            + " beyond it fail with ENOMEM. The JVM has a limit of its own, -XX:MaxDirectMemorySize",
            min = "1",
            max = "65536")
    int limitMiB() default 256;

    @AttributeDefinition(
            name = "Cache per thread (KiB)",
            description =
                    "The most that a thread keeps of unused message buffers, in KiB, 0 to 65536. They count towards"
                            + " the limit, and are dropped when it is reached",
            min = "0",
            max = "65536")
    int threadCacheKiB() default 512;

    @AttributeDefinition(
            name = "Reserve for messages (%)",
            description = "How much of the limit memory objects never take, so that there are message buffers for plain"
                    + " invocations whatever bundles allocate, in percent of the limit, 0 to 90",
            min = "0",
            max = "90")
    int messageReservePercent() default 20;

    @AttributeDefinition(
            name = "Share of an owner (%)",
            description =
                    "How much memory the memory objects of one bundle may take, in percent of the limit, 1 to 100."
                            + " Its requests beyond it fail with ENOMEM. 100 lets one bundle take all that is not "
                            + "reserved",
            min = "1",
            max = "100")
    int ownerSharePercent() default 50;

    @AttributeDefinition(
            name = "Memory objects of an owner",
            description =
                    "The most memory objects that one bundle may have, allocated and registered ones, 1 to 16777216",
            min = "1",
            max = "16777216")
    int ownerObjects() default 65_536;
}
