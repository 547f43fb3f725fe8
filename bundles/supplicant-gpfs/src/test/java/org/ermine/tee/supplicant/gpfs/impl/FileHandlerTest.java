// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FileHandlerTest {

    @TempDir
    Path temp;

    private Path data;
    private FileHandler handler;

    @BeforeEach
    void open() throws IOException {
        data = temp.resolve("roots/data");
        handler = TestRoots.handler(TestRoots.root(data, false), TestRoots.root(temp.resolve("roots/persist"), true));
    }

    @AfterEach
    void close() throws IOException {
        handler.deactivate();
    }

    @ParameterizedTest
    @CsvSource({"5, 4, data", "9, 8, persist"})
    void givenAWrittenFileWhenItIsReadThenTheAnswerIsExactlyItsBytes(int write, int read, String root)
            throws IOException {
        Message written =
                Message.write(write, "a/b/c", 0, new byte[] {1, 2, 3}, 0).sentTo(handler);
        assertEquals("0" + Integer.toHexString(write) + "000000" + "00000000" + "03000000", hex(written, 12));
        assertArrayEquals(
                new byte[] {1, 2, 3},
                Files.readAllBytes(temp.resolve("roots").resolve(root).resolve("a/b/c")));

        Message back = Message.read(read, "a/b/c", 0, 512_000).sentTo(handler);
        assertEquals("0" + read + "000000" + "00000000" + "03000000" + "010203", hex(back, 15));
    }

    @Test
    void givenTheVersionIsAskedForThenItIs2() {
        assertEquals("0c000000" + "02000000" + "00000000", hex(Message.of(12).sentTo(handler), 12));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 13, 0x202, -1})
    void givenAnUnknownCommandThenTheErrorIsMinus1(int command) {
        assertEquals(-1, Message.of(command).sentTo(handler).error());
    }

    @Test
    void givenALargestWriteWhenItIsReadInPiecesThenAllBytesCome() {
        byte[] content = Message.bytes(512_000, 7);
        assertEquals(
                512_000, Message.write(5, "big", 0, content, 0).sentTo(handler).count());

        assertArrayEquals(
                Arrays.copyOfRange(content, 1_000, 501_000),
                Message.read(4, "big", 1_000, 500_000).sentTo(handler).content());
        assertEquals(
                100, Message.read(4, "big", 511_900, 512_000).sentTo(handler).count());
        assertEquals(0, Message.read(4, "big", 512_000, 1).sentTo(handler).count());
        assertEquals(
                0,
                Message.read(4, "big", Integer.MAX_VALUE - 10, 10)
                        .sentTo(handler)
                        .count());
    }

    @Test
    void givenPiecesWrittenOneBehindTheOtherThenTheFileIsTheirSequence() throws IOException {
        for (int i = 0; i < 5; i++) {
            Message written = Message.write(9, "long", i * 300_000, Message.bytes(300_000, i), 0)
                    .sentTo(handler);
            assertEquals(0, written.error());
        }
        byte[] file = Files.readAllBytes(temp.resolve("roots/persist/long"));
        assertEquals(1_500_000, file.length);
        assertArrayEquals(Message.bytes(300_000, 3), Arrays.copyOfRange(file, 900_000, 1_200_000));
    }

    @ParameterizedTest(name = "{0} bytes at {1} into {2}")
    @CsvSource({"4, 2, 10", "4, 0, 10", "4, 8, 10", "4, 10, 10", "4, 15, 10", "4, 3, 0", "4, 6, -1", "0, 3, 10"})
    void givenAFileWhenAPartIsWrittenThenTheRestStaysAndGapsAreZero(int count, int offset, int size)
            throws IOException {
        byte[] expected = new byte[0];
        if (size >= 0) {
            expected = Message.bytes(size, 1);
            Files.write(data.resolve("f"), expected);
        }
        byte[] piece = Message.bytes(count, 100);
        if (count > 0) {
            expected = Arrays.copyOf(expected, Math.max(expected.length, offset + count));
            System.arraycopy(piece, 0, expected, offset, count);
        }

        assertEquals(0, Message.write(5, "f", offset, piece, 0).sentTo(handler).error());

        assertArrayEquals(expected, Files.readAllBytes(data.resolve("f")));
    }

    @Test
    void givenABackupIsAskedForThenTheFormerContentIsKeptOnly() throws IOException {
        Message.write(5, "f", 0, new byte[] {1}, 1).sentTo(handler);
        assertFalse(Files.exists(data.resolve("f.bak")), "there was no former content");

        Message.write(5, "f", 0, new byte[] {2, 3}, 1).sentTo(handler);
        Message.write(5, "f", 0, new byte[] {4, 5}, 0).sentTo(handler);

        assertArrayEquals(new byte[] {1}, Files.readAllBytes(data.resolve("f.bak")));
        assertArrayEquals(new byte[] {4, 5}, Files.readAllBytes(data.resolve("f")));
    }

    @Test
    void givenAFileWhenItIsRenamedAndRemovedThenItIsWhereItShouldBe() throws IOException {
        Message.write(5, "f", 0, new byte[] {1}, 0).sentTo(handler);
        Message.write(5, "new/g", 0, new byte[] {2}, 0).sentTo(handler);

        assertEquals(
                "07000000" + "00000000", hex(Message.rename(7, "f", "new/g").sentTo(handler), 8));
        assertFalse(Files.exists(data.resolve("f")));
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(data.resolve("new/g")));

        assertEquals(39, Message.remove(6, "new").sentTo(handler).error(), "the directory is not empty");
        assertEquals("06000000" + "00000000", hex(Message.remove(6, "new/g").sentTo(handler), 8));
        assertEquals(0, Message.remove(6, "new").sentTo(handler).error());
        assertEquals(2, Message.remove(6, "new").sentTo(handler).error());
    }

    @Test
    void givenNoSuchFileThenEveryCommandSaysSo() {
        assertEquals(2, Message.read(4, "none", 0, 1).sentTo(handler).error());
        assertEquals(
                2, Message.read(4, "no/such/directory", 0, 1).sentTo(handler).error());
        assertEquals(2, Message.remove(10, "none").sentTo(handler).error());
        assertEquals(2, Message.rename(11, "none", "other").sentTo(handler).error());
        assertFalse(Files.exists(data.resolve("no")), "reading makes no directories");
    }

    static Stream<Arguments> badNames() {
        byte[] endless = new byte[256];
        Arrays.fill(endless, (byte) 'a');
        return Stream.of(
                bad("", 22),
                bad("/etc/passwd", 13),
                bad("/", 13),
                bad("..", 13),
                bad("../outside", 13),
                bad("a/../../outside", 13),
                bad("a/..", 13),
                bad(".", 22),
                bad("a/./b", 22),
                bad("a//b", 22),
                bad("a/", 22),
                bad("new\nline", 22),
                bad("bell\u0007", 22),
                bad(".ermine", 13),
                bad(".ermine/x", 13),
                Arguments.of("no NUL", endless, 36),
                Arguments.of("no UTF-8", new byte[] {'a', (byte) 0xff, 0}, 84),
                Arguments.of("overlong UTF-8 slash", new byte[] {(byte) 0xc0, (byte) 0xaf, 0}, 84));
    }

    private static Arguments bad(String name, int error) {
        return Arguments.of(
                "'" + name.replaceAll("\\p{Cntrl}", "?") + "'", (name + "\0").getBytes(StandardCharsets.UTF_8), error);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badNames")
    void givenABadNameThenEveryCommandRefusesItAndTouchesNothing(String title, byte[] name, int error)
            throws IOException {
        Files.write(data.resolve("a"), new byte[] {9});

        assertEquals(
                error, Message.read(4, "x", 0, 1).raw(4, name).sentTo(handler).error());
        assertEquals(
                error,
                Message.write(5, "x", 0, new byte[1], 0)
                        .raw(4, name)
                        .sentTo(handler)
                        .error());
        assertEquals(error, Message.remove(6, "x").raw(4, name).sentTo(handler).error());
        assertEquals(
                error,
                Message.rename(7, "a", "x").raw(260, name).sentTo(handler).error());

        assertEquals(Stream.of("data/a").toList(), files());
    }

    @ParameterizedTest(name = "offset {0} count {1}: {2}")
    @CsvSource({
        "-1, 1, 22",
        "-2147483648, 1, 22",
        "0, 512001, 22",
        "0, 2147483647, 22",
        "0, -1, 22",
        "2147483647, 1, 27",
        "2147483000, 512000, 27"
    })
    void givenNumbersThatDoNotFitThenTheyAreRefusedAndTheFileIsUntouched(int offset, int count, int error)
            throws IOException {
        Files.write(data.resolve("f"), new byte[] {9});

        assertEquals(
                error,
                Message.write(5, "f", offset, new byte[0], 1)
                        .count(count)
                        .sentTo(handler)
                        .error());
        Message read = Message.read(4, "f", offset, count).sentTo(handler);
        assertEquals(error, read.error());
        assertEquals(0, read.count());

        assertArrayEquals(new byte[] {9}, Files.readAllBytes(data.resolve("f")));
        assertEquals(Stream.of("data/f").toList(), files());
    }

    @Test
    void givenSymbolicLinksThenNoneIsFollowed() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.write(outside.resolve("secret"), new byte[] {42});
        Files.createSymbolicLink(data.resolve("dir"), outside);
        Files.createSymbolicLink(data.resolve("file"), outside.resolve("secret"));
        Files.write(data.resolve("mine"), new byte[] {1});

        for (String name : new String[] {"dir/secret", "file"}) {
            assertEquals(40, Message.read(4, name, 0, 1).sentTo(handler).error(), name);
            assertEquals(
                    40,
                    Message.write(5, name, 0, new byte[] {1}, 1).sentTo(handler).error(),
                    name);
            assertEquals(
                    40,
                    Message.write(5, name, 1, new byte[] {1}, 0).sentTo(handler).error(),
                    name);
            assertEquals(40, Message.remove(6, name).sentTo(handler).error(), name);
            assertEquals(40, Message.rename(7, name, "other").sentTo(handler).error(), name);
            assertEquals(40, Message.rename(7, "mine", name).sentTo(handler).error(), name);
        }
        assertEquals(
                40,
                Message.write(5, "dir/new/file", 0, new byte[] {1}, 0)
                        .sentTo(handler)
                        .error());
        Files.createSymbolicLink(data.resolve("mine.bak"), outside.resolve("secret"));
        assertEquals(
                40,
                Message.write(5, "mine", 0, new byte[] {2}, 1).sentTo(handler).error());

        assertArrayEquals(new byte[] {42}, Files.readAllBytes(outside.resolve("secret")));
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(data.resolve("mine")));
        try (Stream<Path> all = Files.list(outside)) {
            assertEquals(1, all.count());
        }
    }

    @Test
    void givenADirectoryInTheWayThenItIsReportedAsSuch() {
        Message.write(5, "d/f", 0, new byte[] {1}, 0).sentTo(handler);

        assertEquals(21, Message.read(4, "d", 0, 1).sentTo(handler).error());
        assertEquals(
                21, Message.write(5, "d", 0, new byte[] {1}, 0).sentTo(handler).error());
        assertEquals(
                20,
                Message.write(5, "d/f/g", 0, new byte[] {1}, 0).sentTo(handler).error());
    }

    @Test
    void givenNewRootsThenOnlyTheOwnerMayUseThemAndWhatIsInThem() throws IOException {
        Message.write(5, "d/f", 0, new byte[] {1}, 0).sentTo(handler);

        assertEquals("rwx------", permissions(data));
        assertEquals("rwx------", permissions(data.resolve("d")));
        assertEquals("rw-------", permissions(data.resolve("d/f")));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Regular files below the roots but the handler's own. */
    private List<String> files() throws IOException {
        Path roots = temp.resolve("roots");
        try (Stream<Path> all = Files.walk(roots)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> roots.relativize(file).toString())
                    .filter(file -> !file.contains(".ermine"))
                    .toList();
        }
    }

    private static String hex(Message message, int size) {
        byte[] bytes = new byte[size];
        message.bytes.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void givenTheHandlerIsClosedThenNothingOfItsOwnIsLeft() throws IOException {
        Message.write(5, "f", 0, new byte[] {1}, 0).sentTo(handler);
        Message.write(5, "f", 1, new byte[] {1}, 0).sentTo(handler);
        handler.deactivate();

        try (Stream<Path> own = Files.list(data.resolve(".ermine"))) {
            assertEquals(0, own.count());
        }
        open();
        assertTrue(Files.exists(data.resolve("f")));
    }
}
