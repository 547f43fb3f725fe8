// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.archive.ArchiveReader;
import org.ermine.tee.sealed.archive.PlainArchive;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

/** Archives that somebody changed, or made with the right passphrase and the wrong content. */
class ArchiveFuzzTest {

    private static final String PASSPHRASE = "of the fuzzer";
    private static final String KEPT = "kept";
    private static final byte[] CONTENT = content(90);
    private static final int HEADER = 36;
    private static final int ITERATIONS_OFFSET = 12;
    private static final int MOST_CHANGES = 4;
    private static final int MOST_RECORDS = 5;

    /** What the largest segment takes, several times over, whatever an archive claims. */
    private static final long MOST_MEMORY = 32L << 20;

    private static final Set<Reason> REFUSALS = Set.of(Reason.ARCHIVE_REFUSED, Reason.ALREADY_EXISTS);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A store with one object, and what it is on the disk. */
    private static Map<String, byte[]> files;

    private static Map<String, Long> counters;
    private static byte[] whole;
    private static Path archive;
    /** Null if the next input needs a new one. */
    private static Device device;

    @BeforeAll
    static void prepare() throws IOException {
        archive = Files.createTempFile("archive", "");
        whole = PlainArchive.of(
                PASSPHRASE,
                PlainArchive.object("common", "a", content(10)),
                PlainArchive.object("common", KEPT, content(2500)),
                PlainArchive.object("other", "a", content(0)));
        MemoryFileStorage storage = new MemoryFileStorage();
        FakeEnvironment environment = environment(storage);
        try (TestBundles bundles = TestBundles.on(new FakeTee(environment))) {
            common(bundles).seal(KEPT, CONTENT);
        }
        files = storage.snapshot();
        counters = Map.copyOf(environment.counters());
        // What is needed once is not an archive's.
        readMemory(whole);
        readMemory(Arrays.copyOf(whole, whole.length - 1));
    }

    @AfterAll
    static void delete() throws IOException {
        if (device != null) {
            device.close();
        }
        Files.delete(archive);
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static FakeEnvironment environment(MemoryFileStorage storage) {
        FakeEnvironment environment = new FakeEnvironment("device", storage);
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        return environment;
    }

    private static SealedStorage common(TestBundles bundles) throws SealedStorageException {
        return bundles.client(TestBundles.ADMINISTRATOR).drawer("common");
    }

    @FuzzTest
    @DisplayName(
            "an archive with any change is restored as the documented format reads it, or refused with the store as "
                    + "it was, in bounded memory")
    void archive(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        boolean replace = !input.oneIn(2);
        byte[] any = switch (input.below(3)) {
            case 0 -> PlainArchive.write(records(input), PASSPHRASE, 1);
            case 1 -> changed(input);
            default -> PlainArchive.write(input.rest(), PASSPHRASE, 1);
        };
        requireBoundedMemory(any);
        Files.write(archive, any);
        if (device == null) {
            device = new Device();
        }
        if (restore(any, replace)) {
            device.close();
            device = null;
        }
    }

    /** Returns whether the store is another one now. */
    private static boolean restore(byte[] any, boolean replace) throws IOException {
        SealedStorage common = common(device.bundles);
        long restored;
        try {
            restored = device.bundles
                    .admin(TestBundles.ADMINISTRATOR)
                    .restore(archive, PASSPHRASE.toCharArray(), replace, ProgressListener.NONE);
        } catch (SealedStorageException e) {
            if (!REFUSALS.contains(e.reason())) {
                throw new AssertionError("refused as " + e.reason(), e);
            }
            requireSame(device.storage.files());
            requireContent(common, KEPT, CONTENT);
            return false;
        }
        requireRestored(any, restored, common);
        return true;
    }

    /** A device with that store. It serves until something is restored. */
    private static final class Device implements AutoCloseable {

        private final MemoryFileStorage storage = new MemoryFileStorage();
        private final FakeTee tee;
        private final TestBundles bundles;

        Device() {
            storage.restore(files);
            FakeEnvironment environment = environment(storage);
            environment.counters().putAll(counters);
            tee = new FakeTee(environment);
            tee.forgetWhatIsPassed();
            bundles = TestBundles.on(tee);
        }

        @Override
        public void close() {
            bundles.close();
            if (tee.openContexts() + tee.openObjects() > 0) {
                throw new AssertionError("something is left open");
            }
        }
    }

    private static void requireRestored(byte[] any, long restored, SealedStorage common) throws IOException {
        Map<String, byte[]> objects = PlainArchive.read(any, PASSPHRASE);
        Set<String> bound = PlainArchive.bound(any, PASSPHRASE);
        if (restored != objects.size()) {
            throw new AssertionError(restored + " were restored of " + objects.keySet());
        }
        objects.putIfAbsent("common/" + KEPT, CONTENT);
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            if (bound.contains(each.getKey())) {
                requireBound(common, each.getKey());
            } else if (each.getKey().startsWith("common/")) {
                requireContent(common, each.getKey().substring("common/".length()), each.getValue());
            }
        }
    }

    /** Nobody tells here the associated data that an archive made up. */
    private static void requireBound(SealedStorage common, String place) throws IOException {
        if (!place.startsWith("common/")) {
            return;
        }
        try {
            common.read(place.substring("common/".length()));
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.NOT_PERMITTED) {
                return;
            }
            throw e;
        }
        throw new AssertionError(place + " is not bound to what the archive says");
    }

    private static void requireContent(SealedStorage drawer, String name, byte[] content) throws IOException {
        if (!Arrays.equals(content, drawer.read(name))) {
            throw new AssertionError("object " + name + " has another content");
        }
    }

    private static void requireSame(Map<String, byte[]> present) {
        if (!present.keySet().equals(files.keySet())
                || !files.entrySet().stream()
                        .allMatch(each -> Arrays.equals(each.getValue(), present.get(each.getKey())))) {
            throw new AssertionError("the store changed though the archive was refused");
        }
    }

    private static void requireBoundedMemory(byte[] any) {
        long taken = readMemory(any);
        if (taken > MOST_MEMORY) {
            throw new AssertionError("an archive of " + any.length + " bytes took " + taken + " bytes of memory");
        }
    }

    /** How much memory is taken while an archive is read to its end or refusal. */
    private static long readMemory(byte[] any) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (ArchiveReader reader = ArchiveReader.begin(new ByteArrayInputStream(any), PASSPHRASE.toCharArray())) {
            while (reader.next() != null) {
                // Its content is passed over.
            }
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new UncheckedIOException("refused without a word", e);
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** An archive that was whole. */
    private static byte[] changed(Input input) {
        byte[] changed = whole.clone();
        for (int i = 0; i < MOST_CHANGES && !input.isEmpty(); i++) {
            changed = change(changed, input);
        }
        return withFewIterations(changed);
    }

    private static byte[] change(byte[] content, Input input) {
        return switch (input.below(5)) {
            case 0 -> flipped(content, input);
            case 1 -> Arrays.copyOf(content, Math.min(content.length, input.u16()));
            case 2 -> Arrays.copyOf(content, content.length + input.u16() % 3000);
            case 3 -> withNumber(content, input);
            default -> exchanged(content, input);
        };
    }

    private static byte[] flipped(byte[] content, Input input) {
        if (content.length > 0) {
            content[input.u16() % content.length] ^= (byte) Math.max(1, input.u8());
        }
        return content;
    }

    /** Changes a number of the header. */
    private static byte[] withNumber(byte[] content, Input input) {
        if (content.length >= HEADER) {
            ByteBuffer.wrap(content)
                    .putInt(input.oneIn(2) ? ITERATIONS_OFFSET : HEADER - Integer.BYTES, input.number());
        }
        return content;
    }

    /** Puts a segment in the place of another. */
    private static byte[] exchanged(byte[] content, Input input) {
        int segment = 1024 + 16;
        int from = HEADER + input.below(3) * segment;
        int to = HEADER + input.below(3) * segment;
        int length = Math.min(segment, content.length - Math.max(from, to));
        if (length > 0) {
            System.arraycopy(content, from, content, to, length);
        }
        return content;
    }

    /** What is permitted takes long, and hides nothing. */
    private static byte[] withFewIterations(byte[] content) {
        if (content.length >= HEADER) {
            ByteBuffer header = ByteBuffer.wrap(content);
            int iterations = header.getInt(ITERATIONS_OFFSET);
            if (iterations > 2000 && iterations <= 10_000_000) {
                header.putInt(ITERATIONS_OFFSET, 1 + iterations % 2000);
            }
        }
        return content;
    }

    /** Records of the documented format, or nearly. */
    private static byte[] records(Input input) {
        byte[] records = {};
        int count = 1 + input.below(MOST_RECORDS);
        for (int i = 0; i < count; i++) {
            records = PlainArchive.concat(records, object(input, i));
        }
        return PlainArchive.concat(records, PlainArchive.end(input.oneIn(8) ? input.number() : count), more(input));
    }

    private static byte[] more(Input input) {
        return input.oneIn(8) ? input.bytes(input.u8()) : new byte[0];
    }

    private static byte[] object(Input input, int number) {
        byte[] content = content(input.u16() % 5000);
        byte[] fields = PlainArchive.concat(
                PlainArchive.field(1, input.oneIn(4) ? input.bytes(input.below(70)) : "common".getBytes(UTF_8)),
                PlainArchive.field(
                        2, input.oneIn(4) ? input.bytes(input.u8() * 2) : ("object " + number).getBytes(UTF_8)),
                PlainArchive.field(3, input.oneIn(8) ? input.bytes(input.below(20)) : new byte[Long.BYTES]),
                besides(input),
                more(input));
        byte[] record = PlainArchive.record(fields, input.oneIn(8) ? input.number() : content.length, content);
        if (input.oneIn(8)) {
            ByteBuffer.wrap(record).putInt(1, input.number());
        }
        return record;
    }

    /** Description, association, and what no version knows. */
    private static byte[] besides(Input input) {
        byte[] fields = {};
        for (int tag = 4; tag <= 6; tag++) {
            if (input.oneIn(4)) {
                fields = PlainArchive.concat(fields, PlainArchive.field(tag, input.bytes(input.u16() % 6000)));
            }
        }
        return fields;
    }
}
