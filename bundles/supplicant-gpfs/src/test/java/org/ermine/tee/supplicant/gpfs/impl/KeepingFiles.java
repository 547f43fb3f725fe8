// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A process of its own that keeps files until it cannot any more, and prints the error numbers that the TEE would get.
 */
final class KeepingFiles {

    private KeepingFiles() {}

    /** Takes the folder of both roots and the size of a file. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        byte[] content = new byte[Integer.parseInt(arguments[1])];
        FileHandler handler = TestRoots.handler(
                TestRoots.root(folder.resolve("data"), false), TestRoots.root(folder.resolve("persist"), true));
        int made = 0;
        int persist = write(handler, 9, "f0", content);
        while (persist == 0) {
            made++;
            persist = write(handler, 9, "f" + made, content);
        }
        System.out.println("persist " + persist + " in a new folder " + write(handler, 9, "d/e", content) + " data "
                + write(handler, 5, "f", content));
    }

    private static int write(FileHandler handler, int command, String name, byte[] content) {
        return Message.write(command, name, 0, content, 0).sentTo(handler).error();
    }
}
