// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the shared-memory manager. They take effect at once, also while memory is in use. */
@ObjectClassDefinition(
        name = "Ermine Shared Memory",
        description = "How much memory is shared with trusted execution environments")
public @interface SharedMemoryConfig {

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
}
