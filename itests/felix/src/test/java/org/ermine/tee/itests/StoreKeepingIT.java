// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.rules.TemporaryFolder;

/** Whoever administers has a way out of a store that is refused, and an archive of what is in it; nobody else has. */
public class StoreKeepingIT extends ErmineContainer {

    private static final String PID = "org.ermine.tee.sealedstorage";
    private static final char[] PASSPHRASE = "correct horse".toCharArray();
    private static final byte[] SECRET = {1, 2, 3};

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private SealedStorage storage;
    private SealedStorageAdmin admin;
    private StoreFiles store;

    @Before
    public void setUp() throws Exception {
        storage = SealedStorageAtWork.in(container);
        admin = container.service(SealedStorageAdmin.class);
        store = StoreFiles.of(container.bundle("org.ermine.tee.supplicant.gpfs"));
    }

    @After
    public void putBack() throws Exception {
        container.configure(PID, Map.of());
    }

    private static SealedStorageException failure(Reason reason, ThrowingRunnable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(failure.toString(), reason, failure.reason());
        return failure;
    }

    @Test
    public void aRefusedStoreIsSalvagedBegunAnewAndRestoredByWhoAdministersOnly() throws Exception {
        storage.seal("secret", SECRET);
        Path archive = folder.getRoot().toPath().resolve("archive");
        for (ThrowingRunnable each : List.<ThrowingRunnable>of(
                admin::reset,
                admin::salvageable,
                () -> admin.backup(archive, PASSPHRASE, ProgressListener.NONE),
                () -> admin.restore(archive, PASSPHRASE, true, ProgressListener.NONE))) {
            SealedStorageException refused = failure(Reason.NOT_PERMITTED, each);
            assertTrue(refused.getMessage(), refused.getMessage().contains("administrators of " + PID));
        }
        container.configure(
                PID, Map.of("administrators", new String[] {context.getBundle().getSymbolicName()}));
        assertEquals(1, admin.backup(archive, PASSPHRASE, ProgressListener.NONE));

        SortedMap<String, byte[]> before = store.read();
        storage.seal("later", SECRET);
        store.restore(before);
        SealedStorageException refused = failure(Reason.ROLLED_BACK, () -> storage.seal("x", SECRET));
        assertTrue(refused.getMessage(), refused.advice().contains("(tee:reset-store)"));
        assertTrue(
                refused.getCause().getMessage(),
                refused.getCause().getMessage().matches("the store is of version \\d+, the present one is \\d+"));

        SalvagedEntry salvaged = admin.salvageable().get(0);
        assertEquals("secret", salvaged.name());
        Path target = folder.getRoot().toPath().resolve("salvaged");
        admin.salvage(salvaged.drawer(), "secret", target, ProgressListener.NONE);
        assertArrayEquals(SECRET, Files.readAllBytes(target));

        admin.reset();
        assertEquals(List.of(), storage.list());
        assertEquals(1, admin.restore(archive, PASSPHRASE, false, ProgressListener.NONE));
        assertArrayEquals(SECRET, storage.read("secret"));
        storage.remove("secret");
    }
}
