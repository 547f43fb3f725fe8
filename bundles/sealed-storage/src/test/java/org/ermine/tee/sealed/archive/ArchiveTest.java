// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives are what their documentation says, and nothing else is taken for one. */
@Timeout(120)
class ArchiveTest {

    private static final String PASSPHRASE = "a passphrasé of tests \ud83d\udc22";
    private static final byte[] NONE = {};

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Map<String, byte[]> read(byte[] archive, String passphrase) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        try (ArchiveReader reader = ArchiveReader.begin(new ByteArrayInputStream(archive), passphrase.toCharArray())) {
            for (ArchivedObject each = reader.next(); each != null; each = reader.next()) {
                objects.put(each.drawer() + "/" + each.name(), content(reader, each.size()));
            }
        }
        return objects;
    }

    private static byte[] content(ArchiveReader reader, long size) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] piece = new byte[7000];
        for (int count = reader.content(piece, 1, 7); count > 0; count = reader.content(piece, 1, piece.length - 1)) {
            content.write(piece, 1, count);
        }
        assertEquals(size, content.size());
        return content.toByteArray();
    }

    private static void assertRefused(String expected, byte[] archive) {
        String told = assertThrows(ArchiveException.class, () -> read(archive, PASSPHRASE))
                .getMessage();
        assertTrue(told.contains(expected), told);
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, content) -> assertArrayEquals(content, found.get(name), name));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536 - 58, 65_536 - 57, 65_536 - 56, 65_536, 300_000})
    @DisplayName("given an archive that was written when Java's own cryptography reads it by the documented format then"
            + " all is there")
    void givenAnArchiveThenThePlainFormatReadsIt(int size) throws IOException {
        byte[] content = random(size);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ArchiveWriter writer =
                ArchiveWriter.begin((data, count) -> archive.write(data, 0, count), PASSPHRASE.toCharArray())) {
            writer.object(new ArchivedObject("d", "large", size, Instant.EPOCH, NONE, NONE));
            writer.content(content, size);
            writer.object(new ArchivedObject("d", "s", 1, Instant.EPOCH, new byte[] {1}, new byte[] {2}));
            writer.content(new byte[] {5}, 1);
            assertEquals(2, writer.end());
        }
        Map<String, byte[]> expected = Map.of("d/large", content, "d/s", new byte[] {5});
        assertSame(new TreeMap<>(expected), PlainArchive.read(archive.toByteArray(), PASSPHRASE));
        assertSame(new TreeMap<>(expected), read(archive.toByteArray(), PASSPHRASE));
        ByteBuffer header = ByteBuffer.wrap(archive.toByteArray());
        assertEquals(600_000, header.getInt(12), "iterations");
    }

    @Test
    @DisplayName(
            "given two archives of one content then they have nothing in common but the head: salts and keys differ")
    void givenTwoArchivesThenTheyDiffer() throws IOException {
        byte[][] archives = new byte[2][];
        for (int i = 0; i < 2; i++) {
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            try (ArchiveWriter writer =
                    ArchiveWriter.begin((data, count) -> archive.write(data, 0, count), PASSPHRASE.toCharArray())) {
                writer.end();
            }
            archives[i] = archive.toByteArray();
        }
        assertEquals(16, Arrays.mismatch(archives[0], archives[1]));
    }

    @Test
    @DisplayName("given an archive that was made by the documented format alone when it is read then all is there")
    void givenAPlainArchiveThenItIsRead() throws IOException {
        byte[] large = random(5000);
        byte[] archive = PlainArchive.of(
                PASSPHRASE,
                PlainArchive.object("common", "a", NONE),
                PlainArchive.object("common", "é ☃", large),
                PlainArchive.object("other", "a", new byte[] {1}));
        assertSame(
                new TreeMap<>(Map.of("common/a", NONE, "common/é ☃", large, "other/a", new byte[] {1})),
                read(archive, PASSPHRASE));
        assertSame(Map.of(), read(PlainArchive.of(PASSPHRASE), PASSPHRASE));
    }

    @Test
    @DisplayName("given an archive when any of its bits is another one then it is refused")
    void givenAChangedByteThenItIsRefused() {
        byte[] archive = PlainArchive.of(PASSPHRASE, PlainArchive.object("d", "a", random(2200)));
        for (int at = 0; at < archive.length; at++) {
            byte[] changed = archive.clone();
            changed[at] ^= (byte) (1 << at % 8);
            if (at < 12 || at >= 16) {
                assertThrows(ArchiveException.class, () -> read(changed, PASSPHRASE), "byte " + at);
            }
        }
        for (int iterations : new int[] {999, 1001, 0, -1, 10_000_001, Integer.MAX_VALUE}) {
            byte[] changed = archive.clone();
            ByteBuffer.wrap(changed).putInt(12, iterations);
            assertThrows(ArchiveException.class, () -> read(changed, PASSPHRASE), iterations + " iterations");
        }
    }

    @Test
    @DisplayName("given an archive when it is cut off anywhere, or something follows, then it is refused")
    void givenAnArchiveThatIsCutOffThenItIsRefused() {
        byte[] archive = PlainArchive.of(PASSPHRASE, PlainArchive.object("d", "a", random(2200)));
        for (int size = 0; size < archive.length; size++) {
            byte[] cut = Arrays.copyOf(archive, size);
            assertThrows(ArchiveException.class, () -> read(cut, PASSPHRASE), "cut off at " + size);
        }
        for (int more : new int[] {1, 16, 1040, 5000}) {
            byte[] longer = Arrays.copyOf(archive, archive.length + more);
            assertThrows(ArchiveException.class, () -> read(longer, PASSPHRASE), more + " more");
        }
    }

    @Test
    @DisplayName(
            "given segments that are exchanged, repeated or left out, or of another archive, then they are refused")
    void givenOtherSegmentsThenTheyAreRefused() {
        int segment = 1024 + 16;
        byte[] archive = PlainArchive.of(PASSPHRASE, PlainArchive.object("d", "a", random(4000)));
        byte[] head = Arrays.copyOf(archive, 36);
        byte[] first = Arrays.copyOfRange(archive, 36, 36 + segment);
        byte[] second = Arrays.copyOfRange(archive, 36 + segment, 36 + 2 * segment);
        byte[] rest = Arrays.copyOfRange(archive, 36 + 2 * segment, archive.length);
        assertRefused("passphrase is another one", PlainArchive.concat(head, second, first, rest));
        assertRefused("segment 1 is not what", PlainArchive.concat(head, first, first, second, rest));
        assertRefused("segment 1 is not what", PlainArchive.concat(head, first, rest));
    }

    @Test
    @DisplayName("given another passphrase then it is refused, and told that it may be that")
    void givenAnotherPassphraseThenItIsRefused() {
        byte[] archive = PlainArchive.of("another one", PlainArchive.object("d", "a", random(10)));
        assertRefused("was changed or cut off, or the passphrase is another one", archive);
    }

    static Stream<Arguments> hostile() {
        byte[] one = PlainArchive.object("d", "a", new byte[] {1});
        byte[] drawer = PlainArchive.field(1, new byte[] {'d'});
        byte[] name = PlainArchive.field(2, new byte[] {'a'});
        byte[] time = PlainArchive.field(3, new byte[8]);
        byte[] head = PlainArchive.concat(drawer, name, time);
        return Stream.of(
                Arguments.of("ends in the middle of a record", NONE),
                Arguments.of("ends in the middle of a record", one),
                Arguments.of("has 1 objects and says 2", PlainArchive.concat(one, PlainArchive.end(2))),
                Arguments.of("something behind its end", PlainArchive.concat(PlainArchive.end(0), new byte[1])),
                Arguments.of("something behind its end", PlainArchive.concat(PlainArchive.end(0), new byte[5000])),
                Arguments.of("record of kind 2", new byte[] {2}),
                Arguments.of("two objects of one name", PlainArchive.concat(one, one, PlainArchive.end(2))),
                Arguments.of(
                        "in another order",
                        PlainArchive.concat(one, PlainArchive.object("c", "z", NONE), PlainArchive.end(2))),
                Arguments.of("2147483648 bytes of fields", new byte[] {1, (byte) 0x80, 0, 0, 0}),
                Arguments.of("bytes of fields", new byte[] {1, 0, 2, 0, 0}),
                Arguments.of("field 9", record(PlainArchive.concat(head, PlainArchive.field(9, NONE)))),
                Arguments.of("field 1 twice", record(PlainArchive.concat(head, drawer))),
                Arguments.of("ends in its head", record(PlainArchive.concat(head, new byte[] {1, 0, 0}))),
                Arguments.of("behind its record", record(PlainArchive.concat(head, new byte[] {4, 0, 0, 0, 1}))),
                Arguments.of("without a time", record(PlainArchive.concat(drawer, name))),
                Arguments.of("without a drawer or a name", record(PlainArchive.concat(drawer, time))),
                Arguments.of(
                        "without a drawer or a name",
                        record(PlainArchive.concat(PlainArchive.field(1, NONE), name, time))),
                Arguments.of(
                        "not UTF-8",
                        record(PlainArchive.concat(drawer, PlainArchive.field(2, new byte[] {(byte) 0xff}), time))),
                Arguments.of("impossible size", PlainArchive.record(head, -1, NONE)),
                Arguments.of("in the middle of a record", PlainArchive.record(head, Long.MAX_VALUE, random(3000))));
    }

    private static byte[] record(byte[] fields) {
        return PlainArchive.concat(PlainArchive.record(fields, 0, NONE), PlainArchive.end(1));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @DisplayName("given an authentic archive with records that make no sense then it is refused, and told why")
    void givenRecordsThatMakeNoSenseThenTheyAreRefused(String expected, byte[] content) {
        assertRefused(expected, PlainArchive.write(content, PASSPHRASE, 10));
    }

    @Test
    @DisplayName("given what is no archive, or a later one, then that is told")
    void givenNoArchiveThenThatIsTold() {
        assertRefused("is none", NONE);
        assertRefused("is none", "something else that is long enough to be one".getBytes(StandardCharsets.US_ASCII));
        assertRefused("cut off in its header", "ERMINEBK".getBytes(StandardCharsets.US_ASCII));
        byte[] later = PlainArchive.of(PASSPHRASE);
        later[8] = 2;
        assertRefused("is of format 2, algorithm 1, key derivation 1; this version knows format 1", later);
        byte[] large = PlainArchive.of(PASSPHRASE);
        ByteBuffer.wrap(large).putInt(32, Integer.MAX_VALUE);
        assertRefused("claims 2147483647 bytes in a segment, not 1024 to 1048576", large);
    }
}
