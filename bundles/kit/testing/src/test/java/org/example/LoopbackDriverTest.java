// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.impl.CoreAssembly;
import org.ermine.tee.shm.impl.MemoryLimits;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.testing.impl.LocalBundle;
import org.ermine.tee.testing.impl.LocalFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend of the page for their authors, behind core. */
class LoopbackDriverTest {

    @TempDir
    Path data;

    @Test
    void whatIsInvokedComesBack() throws TeeException {
        LocalFramework framework = new LocalFramework(data, Map.of());
        LocalBundle core = framework.install("core");
        PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(1 << 20, 0));
        CoreAssembly.start(core, memory);
        LocalBundle backend = framework.install("backend");
        backend.register(TeeDriver.class, new LoopbackDriver(), Map.of(TeeDriver.NAME, "loopback"));
        List<TeeDevice> devices = new ArrayList<>();
        framework.install("client").bind(TeeDevice.class, properties -> true, devices::add, gone -> {});

        byte[] room = new byte[3];
        try (TeeContext context = devices.get(0).open()) {
            context.root().invoke(0, new Arguments().in(new byte[] {1, 2, 3}).out(room));
            TeeException refused = assertThrows(
                    TeeException.class,
                    () -> context.root()
                            .invoke(0, new Arguments().in(new byte[4]).out(room)));
            assertEquals(TeeResult.SIZE_OUT, refused.result());
        }
        assertArrayEquals(new byte[] {1, 2, 3}, room);
        backend.stop();
        core.stop();
        memory.close();
    }
}
