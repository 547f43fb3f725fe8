// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.InMemoryTee;
import org.example.Secrets;
import org.example.StoreKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the page for users of sealed storage shows does what the page says. */
@Timeout(120)
class PageExamplesTest {

    private static final byte[] SECRET = {1, 2, 3};
    private static final String BUNDLE = "org.example.secrets";

    @TempDir
    Path folder;

    private final MemoryFileStorage files = new MemoryFileStorage();
    private final InMemoryTee tee = InMemoryTee.builder()
            .with(
                    (ListenerHandler) files::handle,
                    Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
            .with(UsualApplication.configured(Map.of("drawers", new String[] {"*: common", BUNDLE + ": photos"})))
            .start();
    private final TestBundles bundles = TestBundles.on(new OwnDevices(tee));
    private final SealedStorage storage = bundles.client(BUNDLE);
    private final Secrets secrets = new Secrets(storage);

    @AfterEach
    void close() {
        bundles.close();
        tee.close();
    }

    @Test
    void aBundleSealsAndUnseals() throws Exception {
        byte[] map = new byte[1_500_000];
        new Random(1).nextBytes(map);
        Files.write(folder.resolve("map.bin"), map);

        secrets.sealAndUnseal(SECRET, folder);

        assertArrayEquals(SECRET, secrets.used());
        assertArrayEquals(map, Files.readAllBytes(folder.resolve("copy.bin")));
        assertArrayEquals(map, secrets.parsed());
        assertEquals(map[1_000_000], secrets.readThere());
        assertArrayEquals(Secrets.WRITTEN, storage.read("map"));
    }

    @Test
    void aBundleUsesDrawersThatItShares() throws Exception {
        storage.drawer("common").seal("key", SECRET);

        secrets.useDrawers(SECRET);

        assertArrayEquals(SECRET, storage.drawer("photos").read("cat"));
        assertArrayEquals(SECRET, storage.read("key"));
        assertEquals(List.of(), storage.drawer("common").list());
    }

    @Test
    void aBundleBindsAnObject() throws Exception {
        assertArrayEquals(SECRET, secrets.bind(new byte[] {42}, SECRET));
    }

    @Test
    void anAdministratorSalvagesAndBeginsAnew() throws Exception {
        storage.seal("one", SECRET);
        storage.drawer("photos").seal("two", Secrets.WRITTEN);

        keeper().salvageAll(folder);

        assertArrayEquals(SECRET, Files.readAllBytes(folder.resolve("salvaged-0")));
        assertArrayEquals(Secrets.WRITTEN, Files.readAllBytes(folder.resolve("salvaged-1")));
        assertEquals(List.of(), storage.list());
    }

    @Test
    void anAdministratorBacksUpAndRestores() throws Exception {
        storage.seal("one", SECRET);

        keeper().backUpAndRestore(folder, "six random words are one".toCharArray());

        assertEquals(
                List.of("one"), storage.list().stream().map(SealedEntry::name).toList());
        assertArrayEquals(SECRET, storage.read("one"));
    }

    private StoreKeeper keeper() {
        return new StoreKeeper(bundles.admin(TestBundles.ADMINISTRATOR));
    }
}
