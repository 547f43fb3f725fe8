// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.testing.impl.ComponentRuntime;
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
        LocalFramework framework = new LocalFramework(data);
        ComponentRuntime components = new ComponentRuntime(framework, Map.of());
        LocalBundle memory = components.start("org.ermine.tee.shm");
        LocalBundle core = components.start("org.ermine.tee.core");
        LocalBundle backend = framework.install("backend");
        backend.register(TeeDriver.class, new LoopbackDriver(), Map.of(TeeDevice.DEVICE_NAME, "loopback"));
        TeeDevice device = framework.service(TeeDevice.class, framework.install("client"));

        byte[] room = new byte[3];
        try (TeeContext context = device.open()) {
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
        memory.stop();
    }
}
