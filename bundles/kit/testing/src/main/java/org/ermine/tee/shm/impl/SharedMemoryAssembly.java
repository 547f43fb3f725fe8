// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import java.util.Map;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.testing.impl.LocalBundle;

/** The manager of shared memory, as its component description says. */
public final class SharedMemoryAssembly {

    public static final String PID = "org.ermine.tee.shm";

    private SharedMemoryAssembly() {}

    public static PooledSharedMemory start(LocalBundle bundle) {
        PooledSharedMemory memory =
                new PooledSharedMemory(bundle.read(SharedMemoryConfig.class, PID, MemoryLimits::read));
        bundle.onDeactivate(memory::close);
        bundle.register(SharedMemoryManager.class, memory, Map.of());
        bundle.register(PhysicalMemory.class, memory, Map.of());
        return memory;
    }
}
