// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.archive.ArchiveReader;
import org.ermine.tee.sealed.archive.PlainArchive;
import org.ermine.tee.sealed.backup.Restore;
import org.ermine.tee.sealed.protocol.WriteMode;
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

/** What is sealed on one device is restored on another, and an archive that was tampered with restores nothing. */
@Timeout(180)
class BackupTest {

    private static final String PASSPHRASE = "correct horse";
    private static final TrustedClient KEEPER = new TrustedClient(1, SealedStorageProtocol.KEEPER);

    @TempDir
    Path folder;

    private final Device one = new Device("device");
    private final Device other = new Device("another device");
    private final Map<String, byte[]> objects = new TreeMap<>();
    private Path archive;

    /** A device with its own store. */
    private static final class Device implements AutoCloseable {

        private final MemoryFileStorage storage = new MemoryFileStorage();
        private final FakeEnvironment environment;
        private final FakeTee tee;
        private final TestBundles bundles;
        private final SealedStorageClient client;
        private final SealedStorageAdminClient admin;

        Device(String name) {
            environment = new FakeEnvironment(name, storage);
            environment.client(KEEPER);
            tee = new FakeTee(environment);
            tee.forgetWhatIsPassed();
            bundles = TestBundles.on(tee);
            client = bundles.client("org.example.client");
            admin = bundles.admin(TestBundles.ADMINISTRATOR);
        }

        Map<String, byte[]> contents() throws SealedStorageException {
            Map<String, byte[]> contents = new TreeMap<>();
            for (SealedEntry each : client.list()) {
                contents.put(each.name(), client.read(each.name()));
            }
            return contents;
        }

        long backup(Path archive) throws SealedStorageException {
            return admin.backup(archive, PASSPHRASE.toCharArray(), ProgressListener.NONE);
        }

        long restore(Path archive, boolean replace) throws SealedStorageException {
            return admin.restore(archive, PASSPHRASE.toCharArray(), replace, ProgressListener.NONE);
        }

        @Override
        public void close() {
            bundles.close();
            assertEquals(0, tee.openContexts() + tee.openObjects(), "left open");
        }
    }

    @BeforeEach
    void seal() throws SealedStorageException {
        archive = folder.resolve("archive");
        for (int size : new int[] {0, 1, 5000, 507_904, 1_200_000}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            objects.put("object é " + size, content);
            one.client.seal("object é " + size, content);
        }
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, content) -> assertArrayEquals(content, found.get(name), name));
    }

    private static SealedStorageException failure(Reason reason, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.toString());
        return failure;
    }

    @Test
    @DisplayName(
            "given a backup of one device when it is restored on another then all is there, and Java alone can read it")
    void givenABackupThenAnotherDeviceRestoresIt() throws Exception {
        List<Long> progress = new ArrayList<>();
        long total =
                objects.values().stream().mapToLong(content -> content.length).sum();
        assertEquals(objects.size(), one.admin.backup(archive, PASSPHRASE.toCharArray(), (done, all) -> {
            assertEquals(total, all);
            progress.add(done);
        }));
        assertEquals(total, progress.get(progress.size() - 1));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)));
        Map<String, byte[]> plain = PlainArchive.read(Files.readAllBytes(archive), PASSPHRASE);
        assertSame(objects, withoutDrawer(plain));

        assertEquals(objects.size(), other.restore(archive, false));
        assertSame(objects, other.contents());
    }

    private static Map<String, byte[]> withoutDrawer(Map<String, byte[]> objects) {
        Map<String, byte[]> names = new TreeMap<>();
        objects.forEach((name, content) -> names.put(name.substring(name.lastIndexOf('/') + 1), content));
        return names;
    }

    @Test
    @DisplayName(
            "given objects in drawers, with metadata and bound ones when they are restored then they are as before")
    void givenDrawersMetadataAndBoundObjectsThenTheyAreRestored() throws Exception {
        byte[] owner = {4, 2};
        one.client.seal("described", new byte[] {1}, Map.of("kind", "key"));
        one.client.boundTo(owner).seal("bound", new byte[] {2});
        one.client.drawer("common").seal("shared", new byte[] {3});
        assertEquals(objects.size() + 3, one.backup(archive));
        other.restore(archive, false);

        assertEquals(
                Map.of("kind", "key"),
                other.client.get("described").orElseThrow().metadata());
        assertArrayEquals(new byte[] {2}, other.client.boundTo(owner).read("bound"));
        failure(Reason.NOT_PERMITTED, () -> other.client.read("bound"));
        assertArrayEquals(new byte[] {3}, other.client.drawer("common").read("shared"));
        failure(Reason.NOT_FOUND, () -> other.client.read("shared"));
    }

    @Test
    @DisplayName("given an archive that was made by the documented format alone when it is restored then all is there")
    void givenAPlainArchiveThenItIsRestored() throws Exception {
        Files.write(
                archive, PlainArchive.of(PASSPHRASE, PlainArchive.object("common", "made by hand", new byte[] {7})));
        assertEquals(1, other.restore(archive, false));
        assertArrayEquals(new byte[] {7}, other.client.drawer("common").read("made by hand"));
    }

    @Test
    @DisplayName("given objects in the way when an archive is restored then nothing is, unless they are to be replaced")
    void givenObjectsInTheWayThenTheyAreReplacedOnlyIfSaid() throws Exception {
        one.backup(archive);
        other.client.seal("object é 507904", new byte[] {1});
        other.client.seal("beside", new byte[] {2});
        failure(Reason.ALREADY_EXISTS, () -> other.restore(archive, false));
        assertEquals(2, other.client.list().size());

        other.restore(archive, true);
        objects.put("beside", new byte[] {2});
        assertSame(objects, other.contents());
    }

    @Test
    @DisplayName("given others that seal, replace and remove meanwhile when a backup is made then it is of one moment")
    void givenALoadThenABackupIsOfOneMoment() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(3);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String bundle = "org.example.load" + i;
            Thread thread = new Thread(() -> seal(bundle, ended, begun, failed));
            load.add(thread);
            thread.start();
        }
        begun.await();
        for (int round = 0; round < 5; round++) {
            Path each = folder.resolve("archive " + round);
            one.backup(each);
            assertOfOneMoment(withoutDrawer(PlainArchive.read(Files.readAllBytes(each), PASSPHRASE)));
        }
        ended.set(true);
        for (Thread each : load) {
            each.join();
        }
        assertEquals(null, failed.get());
        restart(one);
        assertEquals(one.client.list().size(), one.storage.segments().size(), "what was kept for backups is removed");
    }

    /** Another run of the application, which clears away what was kept to be written over. */
    private static void restart(Device device) throws SealedStorageException {
        try (TestBundles restarted = TestBundles.on(new FakeTee(device.environment))) {
            SealedStorageClient client = restarted.client("org.example.client");
            client.seal("last", new byte[1]);
            client.remove("last");
        }
    }

    /** Replaces two objects by turns, and has a third one only in between. */
    private void seal(String bundle, AtomicBoolean ended, CountDownLatch begun, AtomicReference<Throwable> failed) {
        try {
            SealedStorageClient client = one.bundles.client(bundle);
            for (int i = 0; !ended.get() || i == 0; i++) {
                byte[] content = {(byte) (i >> 8), (byte) i};
                client.seal(bundle + " a", content);
                client.seal(bundle + " between", content);
                client.seal(bundle + " b", content);
                client.remove(bundle + " between");
                if (i == 0) {
                    begun.countDown();
                }
            }
        } catch (SealedStorageException | RuntimeException | Error e) {
            failed.set(e);
            begun.countDown();
        }
    }

    private void assertOfOneMoment(Map<String, byte[]> found) {
        for (int i = 0; i < 3; i++) {
            String bundle = "org.example.load" + i;
            int a = number(found.remove(bundle + " a"));
            int b = number(found.remove(bundle + " b"));
            byte[] between = found.remove(bundle + " between");
            assertTrue(a == b || a == b + 1, bundle + ": " + a + " and " + b);
            assertTrue(between == null || number(between) == a, bundle + ": " + a + " and what is between");
        }
        assertSame(objects, found);
    }

    private static int number(byte[] content) {
        return (content[0] & 0xff) << 8 | content[1] & 0xff;
    }

    @Test
    @DisplayName("given damaged objects, small and large, when a backup is made then all others are in it, and they are"
            + " named")
    void givenDamagedObjectsThenAllOthersAreInTheArchive() throws Exception {
        for (String damaged : List.of("object é 5000", "object é 1200000")) {
            damage(one.storage, objects.remove(damaged).length);
        }
        SealedStorageException incomplete = failure(Reason.BACKUP_INCOMPLETE, () -> one.backup(archive));
        assertTrue(incomplete.getMessage().contains("without 2 that are damaged"), incomplete.getMessage());
        assertTrue(
                incomplete.getMessage().contains("the stored copy of 'object é 5000' in drawer"),
                incomplete.getMessage());
        assertEquals(
                List.of(Reason.TAMPERED, Reason.TAMPERED),
                Arrays.stream(incomplete.getSuppressed())
                        .map(each -> ((SealedStorageException) each).reason())
                        .toList());
        assertSame(objects, withoutDrawer(PlainArchive.read(Files.readAllBytes(archive), PASSPHRASE)));
        assertEquals(objects.size(), other.restore(archive, false));
        assertSame(objects, other.contents());
    }

    @Test
    @DisplayName(
            "given a store with no object that is sound, when a backup is made, then the archive that was there stays")
    void givenNothingThatIsSoundThenTheFormerArchiveStays() throws Exception {
        one.backup(archive);
        byte[] former = Files.readAllBytes(archive);
        for (String segment : one.storage.segments()) {
            byte[] content = one.storage.files().get(segment);
            content[content.length - 1] ^= 1;
        }
        SealedStorageException refused = failure(Reason.TAMPERED, () -> one.backup(archive));
        assertTrue(refused.getMessage().startsWith("no archive was written"), refused.getMessage());
        assertArrayEquals(former, Files.readAllBytes(archive));
    }

    @Test
    @DisplayName("given an archive, when an object is damaged, then an archive without it does not take its place")
    void givenADamagedObjectThenTheFormerArchiveStays() throws Exception {
        one.backup(archive);
        byte[] former = Files.readAllBytes(archive);
        Path beside = folder.resolve("archive.incomplete");
        Files.write(beside, new byte[] {1});
        damage(one.storage, objects.remove("object é 5000").length);
        SealedStorageException incomplete = failure(Reason.BACKUP_INCOMPLETE, () -> one.backup(archive));
        assertTrue(
                incomplete.getMessage().startsWith("an archive was written, " + beside + ", with 4"),
                incomplete::toString);
        assertArrayEquals(former, Files.readAllBytes(archive));
        assertSame(objects, withoutDrawer(PlainArchive.read(Files.readAllBytes(beside), PASSPHRASE)));
    }

    @Test
    @DisplayName("given an object without content whose chunk was damaged or removed, then it is missing in a backup")
    void givenADamagedEmptyObjectThenItIsNamed() throws Exception {
        damage(one.storage, objects.remove("object é 0").length);
        failure(Reason.TAMPERED, () -> one.client.read("object é 0"));
        SealedStorageException incomplete = failure(Reason.BACKUP_INCOMPLETE, () -> one.backup(archive));
        assertTrue(incomplete.getMessage().contains("'object é 0' in drawer"), incomplete.getMessage());
        assertSame(objects, withoutDrawer(PlainArchive.read(Files.readAllBytes(archive), PASSPHRASE)));
        String file = one.storage.segments().stream()
                .min(Comparator.comparing(each -> one.storage.files().get(each).length))
                .orElseThrow();
        one.storage.files().remove(file);
        failure(Reason.CHUNK_MISSING, () -> one.client.read("object é 0"));
        failure(Reason.BACKUP_INCOMPLETE, () -> one.backup(folder.resolve("second")));
    }

    /** Changes the last byte of the file of an object of that size. */
    private static void damage(MemoryFileStorage storage, int size) {
        String longest = storage.segments().stream()
                .filter(file -> storage.files().get(file).length >= size)
                .min(Comparator.comparing(file -> storage.files().get(file).length))
                .orElseThrow();
        byte[] content = storage.files().get(longest);
        content[content.length - 1] ^= 1;
    }

    @Test
    @DisplayName("given no object that can be read when a backup is made then nobody takes it for a backup")
    void givenNoHandlerThenThereIsNoArchive() throws Exception {
        one.storage.deployed(false);
        failure(Reason.NO_HANDLER, () -> one.backup(archive));
        one.storage.deployed(true);
        assertFalse(Files.exists(archive));
    }

    @Test
    @DisplayName(
            "given an administration that was handed on when its bundle gives it back then it is of no use any more")
    void givenAnAdministrationThatWasGivenBackThenItIsOfNoUse() throws Exception {
        one.backup(archive);
        one.admin.deactivate();
        failure(Reason.CLOSED, () -> one.backup(archive));
        failure(Reason.CLOSED, () -> one.restore(archive, true));
        failure(Reason.CLOSED, one.admin::salvageable);
        failure(Reason.CLOSED, one.admin::reset);
        assertSame(objects, one.contents());
    }

    @Test
    @DisplayName(
            "given an administration that is given back when a backup is under way then that ends, and leaves no file")
    void givenAnAdministrationThatIsGivenBackMeanwhileThenTheBackupEnds() throws Exception {
        failure(
                Reason.CLOSED,
                () -> one.admin.backup(archive, PASSPHRASE.toCharArray(), (done, all) -> one.admin.deactivate()));
        assertFalse(Files.exists(archive));
    }

    @Test
    @DisplayName(
            "given an archive that was changed, cut off or encrypted otherwise when it is restored then nothing is")
    void givenAChangedArchiveThenNothingIsRestored() throws Exception {
        one.backup(archive);
        byte[] whole = Files.readAllBytes(archive);
        byte[] changed = whole.clone();
        changed[whole.length - 1] ^= 1;
        Files.write(archive, changed);
        SealedStorageException refused = failure(Reason.ARCHIVE_REFUSED, () -> other.restore(archive, false));
        assertTrue(
                refused.getMessage().startsWith("the archive " + archive + " was changed or cut off: segment "),
                refused.getMessage());
        Files.write(archive, Arrays.copyOf(whole, whole.length - 1));
        failure(Reason.ARCHIVE_REFUSED, () -> other.restore(archive, false));
        Files.write(archive, whole);
        failure(
                Reason.ARCHIVE_REFUSED,
                () -> other.admin.restore(archive, "another one".toCharArray(), false, ProgressListener.NONE));
        Files.write(archive, PlainArchive.of(PASSPHRASE, PlainArchive.object("common", "a\nb", new byte[0])));
        failure(Reason.ARCHIVE_REFUSED, () -> other.restore(archive, false));
        failure(Reason.SOURCE_UNREADABLE, () -> other.restore(folder.resolve("missing"), false));
        failure(Reason.SOURCE_UNREADABLE, () -> other.restore(folder, false));
        assertEquals(List.of(), other.client.list());
    }

    @Test
    @DisplayName(
            "given an archive with a drawer that cannot be when it is to replace what is there then nothing of it is"
                    + " restored")
    void givenADrawerThatCannotBeThenNothingIsRestored() throws Exception {
        for (String drawer : List.of("d\n", "d".repeat(256), "d\0e")) {
            byte[] sound = PlainArchive.object("common", "sound", new byte[] {1});
            Files.write(archive, PlainArchive.of(PASSPHRASE, sound, PlainArchive.object(drawer, "x", new byte[] {2})));
            failure(Reason.ARCHIVE_REFUSED, () -> other.restore(archive, true));
            assertEquals(List.of(), other.client.drawer("common").list());
        }
    }

    @Test
    @DisplayName("given an interrupt when an archive is verified then a large object of it is not read to its end")
    void givenAnInterruptThenVerifyingEnds() throws Exception {
        byte[] large = PlainArchive.object("common", "large", new byte[4_000_000]);
        InputStream interrupting = new ByteArrayInputStream(PlainArchive.of(PASSPHRASE, large)) {
            @Override
            public synchronized int read(byte[] data, int from, int count) {
                if (pos > 100_000) {
                    Thread.currentThread().interrupt();
                }
                return super.read(data, from, count);
            }
        };
        try (ArchiveReader reader = ArchiveReader.begin(interrupting, PASSPHRASE.toCharArray());
                Restore restore = new Restore(null, null, WriteMode.REPLACING)) {
            failure(Reason.INTERRUPTED, () -> restore.verify(reader));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertTrue(interrupting.available() > 2_000_000, interrupting.available() + " bytes are left");
    }

    @Test
    @DisplayName("given a disk that becomes full when an archive is restored then it is told how many are, each of them"
            + " whole")
    void givenADiskThatBecomesFullThenItIsToldHowManyAreRestored() throws Exception {
        one.backup(archive);
        other.client.seal("first", new byte[1]);
        other.storage.capacity(2_000_000);
        SealedStorageException refused = failure(Reason.STORAGE_FULL, () -> other.restore(archive, false));
        assertTrue(
                refused.getMessage().matches(".*; \\d of 5 objects were restored before that, each of them whole"),
                refused.getMessage());
        Map<String, byte[]> found = other.contents();
        found.remove("first");
        found.forEach((name, content) -> assertArrayEquals(objects.get(name), content, name));
        assertTrue(found.size() < objects.size());

        other.storage.capacity(Long.MAX_VALUE);
        assertEquals(5, other.restore(archive, true));
    }

    @Test
    @DisplayName("given a target that is there and a TEE that goes when a backup is made then the target stays")
    void givenATeeThatGoesThenTheTargetStays() throws Exception {
        Files.writeString(archive, "what was there");
        one.client.list();
        one.tee.goAfter(12);
        assertThrows(SealedStorageException.class, () -> one.backup(archive));
        one.tee.comeBack();
        assertEquals("what was there", Files.readString(archive));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(archive), files.toList());
        }
    }

    @Test
    @DisplayName("given no archive, or a folder in its place, when it is restored then that is said of the archive")
    void givenNoArchiveThenThatIsSaid() {
        assertEquals(
                "the archive " + archive + " cannot be read: there is no such file or folder",
                failure(Reason.SOURCE_UNREADABLE, () -> one.restore(archive, false))
                        .getMessage());
        failure(
                Reason.SOURCE_UNREADABLE,
                () -> one.admin.restore(folder, PASSPHRASE.toCharArray(), false, ProgressListener.NONE));
    }

    @Test
    @DisplayName(
            "given a bundle that may not, a short passphrase or nothing then it is refused before anything is done")
    void givenWrongUseThenItIsRefused() {
        SealedStorageAdminClient stranger = one.bundles.admin("org.example.client");
        char[] passphrase = PASSPHRASE.toCharArray();
        failure(Reason.NOT_PERMITTED, () -> stranger.backup(archive, passphrase, ProgressListener.NONE));
        failure(Reason.NOT_PERMITTED, () -> stranger.restore(archive, passphrase, false, ProgressListener.NONE));
        assertEquals(
                "the passphrase has 7 characters, not 8 or more",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> one.admin.backup(archive, new char[7], ProgressListener.NONE))
                        .getMessage());
        for (Executable wrong : List.<Executable>of(
                () -> one.admin.backup(null, passphrase, ProgressListener.NONE),
                () -> one.admin.backup(archive, null, ProgressListener.NONE),
                () -> one.admin.backup(archive, passphrase, null),
                () -> one.admin.restore(null, passphrase, false, ProgressListener.NONE),
                () -> one.admin.restore(archive, passphrase, false, null))) {
            assertThrows(NullPointerException.class, wrong);
        }
        assertFalse(Files.exists(archive));
    }

    @Test
    @DisplayName(
            "given a client that is not who keeps the store when it asks the application for all then that refuses")
    void givenAnotherClientThenTheApplicationRefuses() {
        one.environment.client(new TrustedClient(2, "com.example"));
        failure(Reason.NOT_PERMITTED, () -> one.backup(archive));
        failure(Reason.NOT_PERMITTED, () -> {
            Files.write(archive, PlainArchive.of(PASSPHRASE, PlainArchive.object("common", "x", new byte[0])));
            one.restore(archive, false);
        });
    }
}
