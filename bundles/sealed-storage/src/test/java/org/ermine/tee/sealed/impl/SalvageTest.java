// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a store that is refused still has, and what a refusal says. */
@Timeout(60)
class SalvageTest {

    private static final byte[] SECRET = new byte[1_200_000];

    @TempDir
    Path folder;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final FakeTee tee = new FakeTee(environment);
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.one");
    private final SealedStorageAdminClient admin = bundles.admin(TestBundles.ADMINISTRATOR);

    @BeforeEach
    void seal() throws SealedStorageException {
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        client.seal("small", new byte[] {1});
        client.seal("large", SECRET);
    }

    @AfterEach
    void close() {
        bundles.close();
        assertEquals(0, tee.openContexts() + tee.openObjects(), "left open");
    }

    private static SealedStorageException failure(Reason reason, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.toString());
        return failure;
    }

    private void restartApplication() {
        tee.undeployApplication();
        tee.deployApplication();
    }

    @Test
    @DisplayName("given a store that is newer than the secure state when it is salvaged then its objects are listed and"
            + " read")
    void givenAStoreThatIsRefusedThenItsObjectsAreSalvaged() throws Exception {
        environment.counters().clear();
        restartApplication();
        SealedStorageException refused = failure(Reason.NEWER_STORE, client::list);
        assertEquals(
                "the store is newer than the device's secure state, which was reset or put back: its index is of a"
                        + " later"
                        + " version; put back what belongs together, or else save what can be salvaged, if anything"
                        + " (tee:salvageable), begin anew (tee:reset-store), then bring back a backup (tee:restore)",
                refused.getMessage());
        assertTrue(
                refused.getCause().getMessage().matches("the store is newer \\(\\d+\\) than the secure state \\(0\\)"));

        assertEquals(
                List.of("large (not confirmed)", "small (not confirmed)"),
                admin.salvageable().stream().map(SalvagedEntry::name).toList());
        SalvagedEntry large = admin.salvageable().get(0);
        assertEquals(SECRET.length, large.size());
        Path target = folder.resolve("target");
        admin.salvage(large.drawer(), large.name(), target, ProgressListener.NONE);
        assertArrayEquals(SECRET, Files.readAllBytes(target));
        failure(Reason.NOT_FOUND, () -> admin.salvage(large.drawer(), "large", target, ProgressListener.NONE));
        failure(Reason.NOT_FOUND, () -> admin.salvage(large.drawer(), "other", target, ProgressListener.NONE));
        failure(Reason.NOT_FOUND, () -> admin.salvage("nobody's", large.name(), target, ProgressListener.NONE));
    }

    @Test
    @DisplayName("given a damaged object when it is unsealed or salvaged then file and way out are told, and nothing is"
            + " left")
    void givenADamagedObjectThenItIsNamed() throws Exception {
        storage.files().forEach((name, content) -> {
            if (content.length > 1_000_000) {
                content[600_000] ^= 1;
            }
        });
        Path target = folder.resolve("target");
        SealedStorageException refused = failure(Reason.TAMPERED, () -> client.unseal("large", target));
        assertEquals(
                "the stored copy of 'large' was changed: chunk 2 is not what was sealed; remove it or seal it anew;"
                        + " nothing"
                        + " else is concerned",
                refused.getMessage());
        assertEquals(
                "ermine.sealed-0000000000000001.00000000: its content was changed",
                refused.getCause().getMessage());

        String drawer = admin.salvageable().get(0).drawer();
        SealedStorageException salvage =
                failure(Reason.TAMPERED, () -> admin.salvage(drawer, "large", target, ProgressListener.NONE));
        String named = "'large' in drawer '" + drawer + "'";
        assertEquals(
                named + " cannot be salvaged: the stored copy of " + named
                        + " was changed: chunk 2 is not what was sealed",
                salvage.getMessage());
        assertFalse(Files.exists(target));
    }

    @Test
    @DisplayName(
            "given a damaged object when all is verified then it is told, the others are whole, and nothing is kept")
    void givenADamagedObjectThenVerifyingTellsIt() throws Exception {
        storage.files().forEach((name, content) -> {
            if (content.length > 1_000_000) {
                content[content.length - 1] ^= 1;
            }
        });
        List<Long> progress = new ArrayList<>();
        Map<SalvagedEntry, Optional<SealedStorageException>> verified =
                admin.verifySalvageable((done, total) -> progress.add(done));
        assertEquals(admin.salvageable(), List.copyOf(verified.keySet()));
        List<Optional<Reason>> states = verified.values().stream()
                .map(damage -> damage.map(SealedStorageException::reason))
                .toList();
        assertEquals(List.of(Optional.of(Reason.TAMPERED), Optional.empty()), states);
        assertEquals(SECRET.length + 1L, progress.get(progress.size() - 1));
    }

    @Test
    @DisplayName("given a storage that is gone when it is used then no advice names a way that cannot help")
    void givenAStoreThatIsGoneThenNobodyIsAdvisedToSalvage() {
        storage.files().clear();
        restartApplication();
        SealedStorageException refused = failure(Reason.STORE_MISSING, client::list);
        assertEquals("the store is gone: its index is missing", refused.fault());
        assertEquals(
                "put back what belongs together, or else begin anew (tee:reset-store), then bring back a backup"
                        + " (tee:restore)",
                refused.advice());
        assertEquals(refused.fault() + "; " + refused.advice(), refused.getMessage());
    }

    @Test
    @DisplayName("given a storage that fails when something is sealed then the cause has file and error number")
    void givenAStorageThatFailsThenTheCauseHasTheErrorNumber() throws Exception {
        storage.failWrites(5);
        SealedStorageException refused = failure(Reason.STORAGE_FAILED, () -> client.seal("x", new byte[1]));
        assertTrue(
                refused.getCause().getMessage().matches("writing ermine.sealed-\\S+: error 5"),
                refused.getCause().getMessage());
    }

    @Test
    @DisplayName("given a bundle that may not when it salvages then it is refused")
    void givenAnotherBundleThenItIsRefused() {
        SealedStorageAdminClient other = bundles.admin("org.example.one");
        failure(Reason.NOT_PERMITTED, other::salvageable);
        SealedStorageException refused = failure(
                Reason.NOT_PERMITTED,
                () -> other.salvage("common", "small", folder.resolve("x"), ProgressListener.NONE));
        assertTrue(refused.getMessage().startsWith("org.example.one may not"), refused.getMessage());
    }
}
