// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.InMemoryTee;

/**
 * A device of its own, with all that an operator backs up of it: the secure state of the emulated TEE, and what it
 * stores. The one under the test resources was written by the first version, and is never written again.
 */
final class GoldenDevice implements AutoCloseable {

    private static final String STATE = "state";
    private static final String STORE = "store";
    private static final String RESERVE = "ermine.sealed-reserve";

    private final InMemoryTee tee;
    private final TestBundles bundles;

    private GoldenDevice(Path folder) {
        DirectoryFileStorage storage = new DirectoryFileStorage(folder.resolve(STORE), false);
        tee = InMemoryTee.builder()
                .option(
                        "org.ermine.tee.qtee.emulator",
                        "stateDirectory",
                        folder.resolve(STATE).toString())
                .with(
                        (ListenerHandler) storage::handle,
                        Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
                .with(UsualApplication.create())
                .start();
        bundles = TestBundles.on(tee.device());
    }

    /** Writes what is kept, for the first version of a format. Argument: a folder that does not exist. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectory(Path.of(arguments[0]));
        Files.createDirectory(folder.resolve(STORE));
        try (GoldenDevice device = new GoldenDevice(folder)) {
            for (Map.Entry<String, byte[]> each : objects().entrySet()) {
                device.client().seal(each.getKey(), new ByteArrayInputStream(each.getValue()), ProgressListener.NONE);
            }
        }
        Files.delete(folder.resolve(STORE).resolve(RESERVE));
    }

    static Map<String, byte[]> objects() {
        Map<String, byte[]> objects = new TreeMap<>();
        objects.put("empty", new byte[0]);
        objects.put("pin", "1234".getBytes(StandardCharsets.UTF_8));
        objects.put("żółw 🐢", "a turtle".repeat(100).getBytes(StandardCharsets.UTF_8));
        return objects;
    }

    /**
     * Starts a copy of the device that is kept.
     *
     * @param resource its folder among the test resources
     */
    static GoldenDevice start(String resource, Path copy) throws Exception {
        Path kept = Path.of(GoldenDevice.class.getResource(resource).toURI());
        for (String kind : List.of(STATE, STORE)) {
            copy(kept.resolve(kind), copy.resolve(kind));
        }
        return new GoldenDevice(copy);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path copy = Files.copy(file, to.resolve(file.getFileName().toString()));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    SealedStorage client() throws SealedStorageException {
        return bundles.client("org.example.client").drawer("common");
    }

    @Override
    public void close() {
        bundles.close();
        tee.close();
    }
}
