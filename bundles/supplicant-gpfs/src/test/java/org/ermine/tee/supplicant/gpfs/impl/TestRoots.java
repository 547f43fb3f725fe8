// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.IOException;
import java.nio.file.Path;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.MountPoint;

/** Roots and handlers as a bundle makes them. */
final class TestRoots {

    private TestRoots() {}

    /** Missing roots are looked for by requests alone. */
    private static final Root.Watcher NOBODY = new Root.Watcher() {
        @Override
        public void failed(Root root, IOException why) {}

        @Override
        public void opened(Root root) {}
    };

    static Root root(Path path, boolean durable) {
        return root(path, durable, null, Disk.real());
    }

    static Root root(Path path, boolean durable, MountPoint required, Disk disk) {
        return new Root(path, durable, required, disk, NOBODY);
    }

    static FileHandler handler(Root data, Root persist) {
        return new FileHandler(data, persist, new MissingRoots("test", 1));
    }
}
