// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.int32;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstSliceTest {

    @TempDir
    Path directory;

    @Test
    void works() throws Exception {
        TestDriver driver = new TestDriver(memory -> new Emulator(memory, directory.resolve("secure")));
        int environment = driver.register(1000);
        assertEquals(1, driver.released.size());
        int versions = driver.open(environment, 2033);
        assertEquals(
                5 << 22 | 2 << 12, int32(driver.ok(versions, 0, in(10), out(4)).buffer()));
        int diagnostics = driver.open(environment, 143);
        driver.ok(diagnostics, 0, out(24));
        driver.release(diagnostics);
        driver.release(versions);
        driver.release(environment);
        assertEquals(0, driver.emulator.liveObjects());
        driver.emulator.close();
    }
}
