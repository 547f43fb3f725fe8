// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;

/** Files are sealed, come back as they were, and do not come back from a store that somebody worked on. */
public class MainJobIT extends ErmineContainer {

    private static final int LARGE = 3 * 1024 * 1024;
    private static final byte[] PLAINTEXT = "Nobody but you may read this. ".getBytes(StandardCharsets.UTF_8);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private SealedStorage storage;
    private TeeRuntime runtime;
    private Bundle client;
    private StoreFiles store;

    @Before
    public void setUp() throws Exception {
        runtime = container.service(TeeRuntime.class);
        storage = SealedStorageAtWork.in(container);
        client = container.bundle("org.ermine.tee.sealedstorage");
        store = StoreFiles.of(container.bundle("org.ermine.tee.supplicant.gpfs"));
    }

    @After
    public void removeAll() throws Exception {
        for (SealedEntry entry : storage.list()) {
            storage.remove(entry.name());
        }
    }

    @Test
    public void whatIsSealedIsListedUnsealedReplacedAndRemoved() throws Exception {
        TreeMap<String, byte[]> contents = new TreeMap<>();
        contents.put("empty", new byte[0]);
        contents.put(" one byte, and a name with spaces ", new byte[] {42});
        contents.put("../a/name\\with/separators", text(1000));
        contents.put("Hermelin \u00fc\u4e2d\ud83e\udda1", text(LARGE));

        for (var each : contents.entrySet()) {
            SealedEntry entry = seal(each.getKey(), each.getValue());
            assertEquals(each.getKey(), entry.name());
            assertEquals(each.getValue().length, entry.size());
        }

        assertEquals(List.copyOf(contents.keySet()), names());
        for (var each : contents.entrySet()) {
            assertArrayEquals(each.getKey(), each.getValue(), unseal(each.getKey()));
        }

        byte[] other = text(LARGE + 1);
        seal("empty", other);
        assertEquals(List.copyOf(contents.keySet()), names());
        assertArrayEquals(other, unseal("empty"));

        for (String name : contents.keySet()) {
            assertTrue(name, storage.remove(name));
            assertFalse(name, storage.remove(name));
            assertRefused(Reason.NOT_FOUND, name);
        }
        assertEquals(List.of(), names());
        clearAwayWhatIsKeptToBeWrittenOver();
        assertEquals(
                "segments of removed objects",
                List.of(),
                store.read().keySet().stream().filter(StoreFiles::isSegment).toList());
    }

    @Test
    public void progressIsReportedToTheEnd() throws Exception {
        long[] last = {0, 0};
        ProgressListener listener = (done, total) -> {
            assertTrue("goes forward", done > last[0]);
            last[0] = done;
            last[1] = total;
        };
        storage.seal("progress", file("source", text(LARGE)), listener);
        assertArrayEquals(new long[] {LARGE, LARGE}, last);

        last[0] = 0;
        storage.unseal("progress", path("target"), listener);
        assertArrayEquals(new long[] {LARGE, LARGE}, last);
    }

    @Test
    public void theStoreShowsNeitherContentNorNames() throws Exception {
        String name = "a name that nobody needs to know";
        seal(name, text(LARGE));

        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        for (var file : store.read().entrySet()) {
            assertFalse(file.getKey() + " shows content", contains(file.getValue(), PLAINTEXT));
            assertFalse(file.getKey() + " shows the name", contains(file.getValue(), nameBytes));
        }
        // Reading for words finds what there is to be found.
        assertTrue(contains(Files.readAllBytes(folder.getRoot().toPath().resolve("sealed")), PLAINTEXT));
    }

    @Test
    public void onlyTheOwnerCanReadAnUnsealedFile() throws Exception {
        seal("private", text(10));
        unseal("private");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path("unsealed"))));
    }

    @Test
    public void aDamagedObjectIsRefusedForWhatHappenedToIt() throws Exception {
        byte[] content = text(LARGE);
        SortedMap<String, byte[]> older = sealedAs("object", text(LARGE + 7));
        String segment = sealedAs("object", content).firstKey();
        SortedMap<String, byte[]> foreign = sealedAs("another object", content);

        damaged("object", content, Reason.TAMPERED, () -> store.changeByte(segment, -1));
        damaged("object", content, Reason.TAMPERED, () -> store.changeByte(segment, StoreFiles.CHUNK + 1000));
        damaged("object", content, Reason.TRUNCATED, () -> store.truncate(segment));
        damaged("object", content, Reason.CHUNK_MISSING, () -> store.delete(segment));
        damaged("object", content, Reason.EXCHANGED, () -> store.exchangeChunks(segment));
        damaged("object", content, Reason.EXCHANGED, () -> exchange(segment, foreign.firstKey()));
        damaged("object", content, Reason.ROLLED_BACK, () -> store.write(segment, older.get(older.firstKey())));
    }

    @Test
    public void aDamagedIndexIsRefusedForWhatHappenedToIt() throws Exception {
        byte[] content = text(100);
        seal("object", text(50));
        SortedMap<String, byte[]> older = store.read();
        seal("object", content);
        List<String> indexes =
                store.read().keySet().stream().filter(StoreFiles::isIndex).toList();

        damagedAtTheStart("object", content, Reason.TAMPERED, () -> {
            for (String index : indexes) {
                store.changeBothCopies(index);
            }
        });
        damagedAtTheStart("object", content, Reason.TRUNCATED, () -> {
            for (String index : indexes) {
                store.cutOffAt(index, 100);
            }
        });
        damagedAtTheStart("object", content, Reason.ROLLED_BACK, () -> store.restore(older));
        damagedAtTheStart("object", content, Reason.STORE_MISSING, () -> store.restore(new TreeMap<>()));
    }

    /** An application that has read the index does not look at it again before it is to change it. */
    private void damagedAtTheStart(String name, byte[] content, Reason reason, Damage damage) throws Exception {
        damaged(name, content, reason, () -> {
            damage.inflict();
            restartApplication();
        });
    }

    /** The first change after a start of the application does so. */
    private void clearAwayWhatIsKeptToBeWrittenOver() throws Exception {
        restartApplication();
        seal("last", text(10));
        storage.remove("last");
    }

    private void restartApplication() {
        Bundle application = container.bundle("org.ermine.tee.ta.sealedstorage");
        try {
            application.stop();
            application.start();
        } catch (BundleException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void nothingIsLeftBehindInTheFramework() throws Exception {
        container.configure(client.getSymbolicName(), Map.of("idleMillis", 0L));
        awaitQuiet();
        MemoryDTO before = runtime.snapshot().memory;

        seal("object", text(LARGE));
        unseal("object");
        assertRefused(Reason.NOT_FOUND, "no object");
        storage.list();

        awaitQuiet();
        MemoryDTO after = runtime.snapshot().memory;
        assertEquals("memory in use", before.inUse, after.inUse);
        assertEquals("regions", before.regions, after.regions);
        assertEquals("registered", before.registered, after.registered);
        assertEquals("refused", 0, after.refused);
        assertEquals("lost objects", 0, device().leakedObjects);
        container.configure(client.getSymbolicName(), Map.of());
    }

    /** Closing a context releases its objects in the background: waits until that is done. */
    private void awaitQuiet() {
        long ours = FrameworkUtil.getBundle(MainJobIT.class).getBundleId();
        InContainer.await(() -> "nothing is open: " + runtime.snapshot(), () -> {
            RuntimeDTO now = runtime.snapshot();
            return Arrays.stream(now.devices[0].contexts)
                            .noneMatch(open -> open.ownerBundleId == ours || open.requests.length > 0)
                    && now.devices[0].pendingReleases == 0
                    && now.memory.buffersInUse == 0;
        });
    }

    /** A way to work on the store. */
    @FunctionalInterface
    private interface Damage {
        void inflict() throws IOException;
    }

    private void damaged(String name, byte[] content, Reason reason, Damage damage) throws Exception {
        SortedMap<String, byte[]> intact = store.read();
        damage.inflict();
        try {
            assertRefused(reason, name);
        } finally {
            store.restore(intact);
        }
        assertArrayEquals("with what was there before", content, unseal(name));
    }

    /** Refused, for this reason, and without a trace in the target's folder; a target that exists stays as it is. */
    private void assertRefused(Reason reason, String name) throws IOException {
        Path targets = folder.newFolder().toPath();
        Path target = targets.resolve("target");
        SealedStorageException refused =
                assertThrows(SealedStorageException.class, () -> storage.unseal(name, target, ProgressListener.NONE));
        assertEquals(refused.getMessage(), reason, refused.reason());
        assertEquals(List.of(), list(targets));

        Files.writeString(target, "as it was");
        assertThrows(SealedStorageException.class, () -> storage.unseal(name, target, ProgressListener.NONE));
        assertEquals("as it was", Files.readString(target));
        assertEquals(List.of(target), list(targets));
    }

    /** Seals and returns the segments that this made. */
    private SortedMap<String, byte[]> sealedAs(String name, byte[] content) throws Exception {
        SortedMap<String, byte[]> before = store.read();
        seal(name, content);
        SortedMap<String, byte[]> segments = store.read();
        segments.keySet().removeIf(file -> !StoreFiles.isSegment(file) || before.containsKey(file));
        return segments;
    }

    private void exchange(String one, String other) throws IOException {
        SortedMap<String, byte[]> files = store.read();
        store.write(one, files.get(other));
        store.write(other, files.get(one));
    }

    private List<String> names() throws SealedStorageException {
        return storage.list().stream().map(SealedEntry::name).toList();
    }

    private SealedEntry seal(String name, byte[] content) throws Exception {
        Path source = file("sealed", content);
        SealedEntry entry = storage.seal(name, source, ProgressListener.NONE);
        assertArrayEquals("the source stays", content, Files.readAllBytes(source));
        return entry;
    }

    private byte[] unseal(String name) throws Exception {
        Path target = path("unsealed");
        storage.unseal(name, target, ProgressListener.NONE);
        return Files.readAllBytes(target);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(path(name), content);
    }

    private Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private DeviceDTO device() {
        return runtime.snapshot().devices[0];
    }

    /** Words all over, of that many bytes. */
    private static byte[] text(int size) {
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++) {
            text[i] = PLAINTEXT[i % PLAINTEXT.length];
        }
        return text;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        // The content as text, one character for each byte.
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
