// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Walls between bundles, through the whole stack: the TA is told by core who asks. */
@Timeout(120)
class DrawersTest {

    private static final byte[] SECRET = {1, 2, 3};
    private static final byte[] OTHER = {4, 5};

    @TempDir
    Path folder;

    private final MemoryFileStorage files = new MemoryFileStorage();
    private final InMemoryTee tee = InMemoryTee.builder()
            .with(
                    (ListenerHandler) files::handle,
                    Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
            .with(UsualApplication.create())
            .start();
    private final TestBundles bundles = TestBundles.on(new OwnDevices(tee));
    private final SealedStorage wallet = bundles.client("com.example.wallet");
    private final SealedStorage mail = bundles.client("com.example.mail");

    @AfterEach
    void close() {
        bundles.close();
        tee.close();
    }

    private static void assertFails(Reason reason, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
    }

    @Test
    @DisplayName("ERM-16: given two bundles, then neither lists, reads, replaces, renames or removes what the other one"
            + " sealed")
    void walls() throws Exception {
        wallet.seal("key", SECRET);
        assertEquals(List.of(), mail.list());
        assertEquals(Optional.empty(), mail.get("key"));
        assertFails(Reason.NOT_FOUND, () -> mail.read("key"));
        assertFails(Reason.NOT_FOUND, () -> mail.open("key"));
        assertFails(Reason.NOT_FOUND, () -> mail.rename("key", "other"));
        assertFalse(mail.remove("key"));
        mail.sealNew("key", OTHER);
        assertArrayEquals(SECRET, wallet.read("key"));
        assertTrue(mail.remove("key"));
        assertArrayEquals(SECRET, wallet.read("key"));
    }

    @Test
    @DisplayName("ERM-16: given the name of another bundle's drawer, then a bundle that no rule lets in is refused each"
            + " time")
    void notPermitted() throws Exception {
        wallet.seal("key", SECRET);
        SealedStorage others = mail.drawer("bundle/com.example.wallet");
        assertFails(Reason.NOT_PERMITTED, others::list);
        assertFails(Reason.NOT_PERMITTED, () -> others.get("key"));
        assertFails(Reason.NOT_PERMITTED, () -> others.read("key"));
        assertFails(Reason.NOT_PERMITTED, () -> others.seal("key", OTHER));
        assertFails(Reason.NOT_PERMITTED, () -> others.remove("key"));
        assertFails(Reason.NOT_PERMITTED, () -> mail.takeFrom("bundle/com.example.wallet", "key"));
        assertFails(Reason.NOT_PERMITTED, () -> mail.drawer("photos").list());
        assertFails(Reason.INVALID_NAME, () -> mail.drawer("a\nb"));
        assertArrayEquals(SECRET, wallet.drawer("bundle/com.example.wallet").read("key"), "one's own can be named");
        assertArrayEquals(SECRET, wallet.drawer("common").drawer("").read("key"));
        assertEquals(List.of(), mail.drawers());
        assertEquals(List.of(new SealedDrawer("bundle/com.example.wallet", 1, 3)), wallet.drawers());
    }

    @Test
    @DisplayName(
            "ERM-16: given sealed storage that a bundle has given back, then nobody acts for the bundle by it any more")
    void givenBack() throws Exception {
        SealedStorageClient before = bundles.client("com.example.wallet");
        before.seal("key", SECRET);
        List<SealedStorage> kept = List.of(before, before.drawer("common"), before.boundTo(OTHER));
        before.deactivate();
        for (SealedStorage each : kept) {
            assertFails(Reason.CLOSED, each::list);
            assertFails(Reason.CLOSED, each::drawers);
            assertFails(Reason.CLOSED, () -> each.get("key"));
            assertFails(Reason.CLOSED, () -> each.read("key"));
            assertFails(Reason.CLOSED, () -> each.open("key"));
            assertFails(Reason.CLOSED, () -> each.openChannel("key"));
            assertFails(Reason.CLOSED, () -> each.seal("key", OTHER));
            assertFails(Reason.CLOSED, () -> each.sealNew("new", OTHER));
            assertFails(Reason.CLOSED, () -> each.create("key"));
            assertFails(Reason.CLOSED, () -> each.createNew("new"));
            assertFails(Reason.CLOSED, () -> each.rename("key", "new"));
            assertFails(Reason.CLOSED, () -> each.takeFrom("common", "key"));
            assertFails(Reason.CLOSED, () -> each.remove("key"));
        }
        assertArrayEquals(SECRET, wallet.read("key"), "it has it anew");
        assertEquals(1, wallet.list().size());
    }

    @Test
    void givenTheCommonDrawerThenBundlesShareItAndTakeFromItWhatIsTheirs() throws Exception {
        wallet.drawer("common").seal("key", SECRET);
        assertArrayEquals(SECRET, mail.drawer("common").read("key"));
        wallet.seal("key", OTHER);
        assertFails(Reason.ALREADY_EXISTS, () -> wallet.takeFrom("common", "key"));
        wallet.remove("key");
        wallet.takeFrom("common", "key");
        assertArrayEquals(SECRET, wallet.read("key"));
        assertFails(Reason.NOT_FOUND, () -> mail.drawer("common").read("key"));
        assertFails(Reason.NOT_FOUND, () -> mail.takeFrom("common", "key"));
    }

    @Test
    void givenAnObjectThatIsRenamedThenItIsThereUnderItsNewName() throws Exception {
        SealedEntry sealed = wallet.seal("old", SECRET, Map.of("kind", "pin"));
        wallet.seal("taken", OTHER);
        assertFails(Reason.ALREADY_EXISTS, () -> wallet.renameNew("old", "taken"));
        InputStream reading = wallet.open("taken");
        wallet.rename("old", "taken");
        assertArrayEquals(OTHER, reading.readAllBytes());
        reading.close();
        assertEquals(List.of(new SealedEntry("taken", 3, sealed.created(), Map.of("kind", "pin"))), wallet.list());
        assertArrayEquals(SECRET, wallet.read("taken"));
        assertFails(Reason.INVALID_NAME, () -> wallet.rename("taken", ""));
    }

    @Test
    void givenAnObjectThatIsDescribedThenThatIsToldOfItUntilItIsReplaced() throws Exception {
        Map<String, String> metadata = Map.of("type", "image/png", "żółw", "🐢", "", "");
        assertEquals(metadata, wallet.seal("x", SECRET, metadata).metadata());
        assertEquals(metadata, wallet.get("x").orElseThrow().metadata());
        assertEquals(metadata, wallet.list().get(0).metadata());
        wallet.seal("x", SECRET);
        assertEquals(Map.of(), wallet.get("x").orElseThrow().metadata());
        try (SealedOutputStream out = wallet.create("x")) {
            assertThrows(IllegalArgumentException.class, () -> out.describe(Map.of("k", "v".repeat(1019))));
            out.describe(Map.of("k", "v".repeat(1018)));
            out.commit();
            assertFails(Reason.CLOSED, () -> out.describe(Map.of()));
        }
        assertEquals(1018, wallet.get("x").orElseThrow().metadata().get("k").length());
    }

    @Test
    void givenMetadataThatIsNoTextThenItIsRefusedByNameAndNothingIsSealed() throws Exception {
        Map<String, String> nameless = new HashMap<>();
        nameless.put(null, "v");
        assertRefused("a key of metadata", NullPointerException.class, nameless);
        Map<String, String> valueless = new HashMap<>();
        valueless.put("k", null);
        assertRefused("the value of metadata 'k'", NullPointerException.class, valueless);
        assertRefused("metadata '\\ud800' is no Unicode text", IllegalArgumentException.class, Map.of("\ud800", "v"));
        assertRefused("metadata 'k' is no Unicode text", IllegalArgumentException.class, Map.of("k", "\udc00"));
        assertEquals(List.of(), wallet.list());
    }

    private void assertRefused(String message, Class<? extends RuntimeException> kind, Map<String, String> metadata) {
        assertEquals(
                message,
                assertThrows(kind, () -> wallet.seal("x", SECRET, metadata)).getMessage());
    }

    @Test
    void givenAnObjectThatIsBoundThenItIsReadByWhoSaysTheSameOnly() throws Exception {
        byte[] account = {7};
        SealedStorage bound = wallet.boundTo(account);
        account[0] = 8;
        bound.seal("x", SECRET);
        assertArrayEquals(SECRET, wallet.boundTo(new byte[] {7}).read("x"));
        try (InputStream in = bound.open("x")) {
            assertArrayEquals(SECRET, in.readAllBytes());
        }
        assertFails(Reason.NOT_PERMITTED, () -> wallet.read("x"));
        assertFails(Reason.NOT_PERMITTED, () -> wallet.boundTo(new byte[] {8}).read("x"));
        assertFails(Reason.NOT_PERMITTED, () -> wallet.boundTo(new byte[] {8}).open("x"));
        wallet.seal("free", OTHER);
        assertFails(Reason.NOT_PERMITTED, () -> bound.read("free"));
        assertArrayEquals(OTHER, wallet.boundTo(new byte[0]).read("free"));
        for (int i = 0; i < 200; i++) {
            assertFails(
                    Reason.NOT_PERMITTED, () -> wallet.boundTo(new byte[] {8}).open("x"));
        }
        assertEquals(2, bound.list().size());
    }

    @Test
    @DisplayName("given an object without content that is bound, then it is read as any other, or refused")
    void emptyAndBound() throws Exception {
        SealedStorage bound = wallet.boundTo(new byte[] {7});
        bound.seal("x", new byte[0]);
        for (SealedStorage other : List.of(wallet, wallet.boundTo(new byte[] {8}))) {
            assertFails(Reason.NOT_PERMITTED, () -> other.read("x"));
            assertFails(Reason.NOT_PERMITTED, () -> other.open("x"));
            assertFails(Reason.NOT_PERMITTED, () -> other.openChannel("x"));
            assertFails(Reason.NOT_PERMITTED, () -> other.unseal("x", folder.resolve("x")));
        }
        assertFalse(Files.exists(folder.resolve("x")));
        assertArrayEquals(new byte[0], bound.read("x"));
        try (InputStream in = bound.open("x")) {
            assertEquals(-1, in.read());
        }
        wallet.seal("free", new byte[0]);
        assertFails(Reason.NOT_PERMITTED, () -> bound.read("free"));
        assertArrayEquals(new byte[0], wallet.read("free"));
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that has as many objects open as it may have, then another one is not concerned")
    void openObjects() throws Exception {
        wallet.seal("x", SECRET);
        mail.seal("x", OTHER);
        try (InputStream one = wallet.open("x");
                InputStream two = wallet.open("x");
                InputStream three = wallet.open("x");
                InputStream four = wallet.open("x")) {
            assertArrayEquals(OTHER, mail.read("x"));
            for (InputStream each : List.of(one, two, three, four)) {
                assertArrayEquals(SECRET, each.readAllBytes());
            }
        }
    }
}
