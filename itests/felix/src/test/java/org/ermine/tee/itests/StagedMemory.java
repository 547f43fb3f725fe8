// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.ByteBuffer;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * The shared memory of Ermine, which tells the {@link Stage} when a message is about to be written that is too large
 * for the buffer which the backend keeps.
 */
final class StagedMemory implements SharedMemoryManager {

    /** Selects it, where a component is told to use it. */
    static final String TARGET = "(staged=true)";

    private final SharedMemoryManager memory;
    private final Stage stage;

    private StagedMemory(SharedMemoryManager memory, Stage stage) {
        this.memory = memory;
        this.stage = stage;
    }

    static ServiceRegistration<?> register(BundleContext context, SharedMemoryManager memory, Stage stage) {
        return context.registerService(
                SharedMemoryManager.class,
                new StagedMemory(memory, stage),
                FrameworkUtil.asDictionary(Map.of("staged", true, Constants.SERVICE_RANKING, -1)));
    }

    @Override
    public MemoryRegion acquire(int size) throws TeeException {
        stage.marshalling();
        return memory.acquire(size);
    }

    @Override
    public MemoryRegion acquire(int size, Keeper keeper) throws TeeException {
        return memory.acquire(size, keeper);
    }

    @Override
    public MemoryRegion allocate(long size) throws TeeException {
        return memory.allocate(size);
    }

    @Override
    public MemoryRegion register(ByteBuffer direct) throws TeeException {
        return memory.register(direct);
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        memory.contribute(runtime);
    }
}
