// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MissingRootsTest {

    private static final String BUNDLE = "org.ermine.tee.supplicant.gpfs 1.0.0 [9]";

    @TempDir
    Path temp;

    private final MissingRoots missing = new MissingRoots(BUNDLE, 1);
    private final Semaphore changes = new Semaphore(0);
    private Path obstacle;
    private FileHandler handler;

    @BeforeEach
    void open() throws IOException {
        missing.onChange(changes::release);
        obstacle = Files.createFile(temp.resolve("obstacle"));
        handler = new FileHandler(root(temp.resolve("data"), false), root(obstacle.resolve("persist"), true), missing);
    }

    private Root root(Path path, boolean durable) {
        return new Root(path, durable, null, Disk.real(), missing);
    }

    @AfterEach
    void close() throws IOException {
        handler.deactivate();
        missing.deactivate();
    }

    @Test
    void givenARootIsMissingAtTheStartThenItIsListedWithTheReasonUntilItIsThereWithoutARequest() throws Exception {
        FailedHandlerDTO listed = only(listed());
        assertEquals("listener", listed.kind);
        assertEquals("0x7000", listed.name);
        assertEquals(BUNDLE, listed.bundle);
        assertTrue(listed.reason.startsWith("persist root " + obstacle.resolve("persist")), listed.reason);
        assertEquals(1, changes.availablePermits(), "one change, however often it is looked for");

        Files.delete(obstacle);

        assertTrue(changes.tryAcquire(2, 20, TimeUnit.SECONDS));
        assertEquals(List.of(), listed());
        assertTrue(Files.isDirectory(obstacle.resolve("persist")));
    }

    @Test
    void givenLooksThatEndWithAnErrorThenItIsLookedForAgain() throws Exception {
        AtomicInteger errors = new AtomicInteger(2);
        Disk disk = new Disk() {
            @Override
            public void sync(Directory directory) throws IOException {
                if (errors.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("for a test");
                }
                Disk.super.sync(directory);
            }
        };
        try (Root root = new Root(obstacle.resolve("other"), true, null, disk, missing)) {
            assertThrows(IOException.class, root::open);

            Files.delete(obstacle);

            assertTrue(changes.tryAcquire(4, 20, TimeUnit.SECONDS));
            assertEquals(List.of(), listed());
            assertTrue(errors.get() < 0);
        }
    }

    @Test
    void givenARootThatWasExchangedForNothingWhenItIsBackThenItIsNotListedAnyMore() throws Exception {
        Files.delete(obstacle);
        assertTrue(changes.tryAcquire(2, 20, TimeUnit.SECONDS));
        Files.move(obstacle, temp.resolve("away"));

        assertEquals(11, Message.read(8, "f", 0, 1).sentTo(handler).error());

        assertTrue(only(listed()).reason.endsWith("is not there any more"));
        Files.move(temp.resolve("away"), obstacle);
        assertTrue(changes.tryAcquire(2, 20, TimeUnit.SECONDS));
        assertEquals(List.of(), listed());
    }

    @Test
    void givenTheHandlerGoesThenNothingOfItIsListedOrLookedFor() throws Exception {
        handler.deactivate();

        assertTrue(changes.tryAcquire(2, 20, TimeUnit.SECONDS));
        assertEquals(List.of(), listed());
        Files.delete(obstacle);
        assertFalse(changes.tryAcquire(50, TimeUnit.MILLISECONDS));
        assertFalse(Files.exists(obstacle));
    }

    @Test
    void givenTheListHasOthersThenTheyStay() {
        RuntimeDTO runtime = new RuntimeDTO();
        runtime.failedHandlers = new FailedHandlerDTO[] {new FailedHandlerDTO()};
        missing.contribute(runtime);
        assertEquals(2, runtime.failedHandlers.length);
    }

    private List<FailedHandlerDTO> listed() {
        RuntimeDTO runtime = new RuntimeDTO();
        missing.contribute(runtime);
        return Stream.of(runtime.failedHandlers).toList();
    }

    private static FailedHandlerDTO only(List<FailedHandlerDTO> all) {
        assertEquals(1, all.size());
        return all.get(0);
    }
}
