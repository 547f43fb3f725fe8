// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.embedded.files.ForeignProcess;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.MountPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems that are full, for reading only, or mounted meanwhile, in processes that speak other languages. Only for
 * whoever may mount. A locale that this machine does not have is as good as C.
 */
@Timeout(60)
class RealDiskTest {

    @TempDir
    Path temp;

    @AfterEach
    void unmount() throws Exception {
        while (run("umount", temp.toString()) == 0) {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"C.UTF-8", "de_DE.UTF-8", "ja_JP.UTF-8", "tr_TR.UTF-8"})
    @DisplayName(
            "ERM-28: given a full disk then the TEE is told ENOSPC, and given one for reading EROFS, in every locale")
    void everyLocale(String locale) throws Exception {
        mount("size=700k");
        assertEquals("persist 28 in a new folder 28 data 28", keepFiles(locale, 200_000));
        assertEquals(0, run("mount", "-o", "remount,ro", temp.toString()));
        assertEquals("persist 30 in a new folder 30 data 30", keepFiles(locale, 1));
    }

    @Test
    @DisplayName(
            "ERM-28: given room but no inode, from the start or later, then the TEE is told ENOSPC in a foreign locale")
    void inodes() throws Exception {
        mount("nr_inodes=20");
        assertEquals("persist 28 in a new folder 28 data 28", keepFiles("de_DE.UTF-8", 1));
    }

    @Test
    @DisplayName("given a partition that is mounted over a root when a file is written then it is on the partition")
    void mountedOver() throws Exception {
        Path root = Files.createDirectory(temp.resolve("root"));
        FileHandler handler =
                TestRoots.handler(TestRoots.root(temp.resolve("data"), false), TestRoots.root(root, true));
        assertEquals(0, write(handler, "before"));
        mount("size=1m", root);
        try {
            assertEquals(0, write(handler, "after"));
            assertTrue(Files.exists(root.resolve("after")));
            assertFalse(Files.exists(root.resolve("before")));
        } finally {
            handler.deactivate();
            assertEquals(0, run("umount", root.toString()));
        }
        assertFalse(Files.exists(root.resolve("after")));
        assertTrue(Files.exists(root.resolve("before")));
    }

    @Test
    @DisplayName(
            "given a required mount point when the partition comes and goes then files are kept on it and nowhere else")
    void required() throws Exception {
        FileHandler handler = TestRoots.handler(
                TestRoots.root(temp.resolve("data"), false, new MountPoint(temp), Disk.real()),
                TestRoots.root(temp.resolve("persist"), true, new MountPoint(temp), Disk.real()));
        assertEquals(11, write(handler, "f"));
        mount("size=1m");
        assertEquals(0, write(handler, "f"));
        assertEquals(0, run("umount", "-l", temp.toString()));
        assertEquals(11, write(handler, "f"));
        handler.deactivate();
        assertFalse(Files.exists(temp.resolve("persist")));
    }

    private static int write(FileHandler handler, String name) {
        return Message.write(9, name, 0, new byte[10], 0).sentTo(handler).error();
    }

    private void mount(String options) throws Exception {
        mount(options, temp);
    }

    private static void mount(String options, Path where) throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", options, "ermine-test", where.toString()) == 0, "may mount");
    }

    private String keepFiles(String locale, int size) throws Exception {
        List<String> lines = ForeignProcess.run(locale, KeepingFiles.class, temp.toString(), Integer.toString(size));
        return lines.get(lines.size() - 1);
    }

    /** The exit code; -1 if this machine has no such command. */
    private static int run(String... command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return -1;
        }
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), () -> String.join(" ", command));
        return process.exitValue();
    }
}
