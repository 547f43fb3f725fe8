// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.time.impl.TimeHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/** Messages to the file and time listeners. */
class HandlerFuzzTest {

    private static final int TIME_SIZE = 20 * 1024;
    private static final int FILE_SIZE = 504 * 1024;
    private static final int MOST_MESSAGES = 4;
    /** Files may be sparse, but are copied when a part is replaced. */
    private static final int LARGEST_OFFSET = 1 << 16;

    private static final String SECRET = "secret";
    private static final String LINK = "link";

    @TempDir
    static Path top;

    private static Path roots;
    private static FileHandler files;
    private static final ListenerHandler time = new TimeHandler();
    private static final ByteBuffer fileMessage = direct(FILE_SIZE);
    private static final ByteBuffer timeMessage = direct(TIME_SIZE);

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @BeforeAll
    static void start() throws IOException {
        roots = top.resolve("roots");
        MissingRoots missing = new MissingRoots("fuzz", 1000);
        files = new FileHandler(root("data", false, missing), root("persist", true, missing), missing);
        Files.createDirectory(top.resolve("outside"));
        Files.writeString(top.resolve("outside").resolve(SECRET), SECRET);
        Files.writeString(roots.resolve(SECRET), SECRET);
        for (String root : List.of("data", "persist")) {
            Files.createSymbolicLink(roots.resolve(root).resolve(LINK), top.resolve("outside"));
        }
    }

    private static Root root(String name, boolean durable, MissingRoots missing) {
        return new Root(roots.resolve(name), durable, null, Disk.real(), missing);
    }

    @AfterAll
    static void stop() throws IOException {
        files.deactivate();
    }

    @FuzzTest
    @DisplayName(
            "any message to the file or time listener is answered inside the message, and touches no file outside of "
                    + "the roots")
    void handler(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        for (int i = 0; i < MOST_MESSAGES && !input.isEmpty(); i++) {
            if (input.oneIn(8)) {
                askForTheTime(input);
            } else {
                askForFiles(input);
            }
        }
        requireOutsideUntouched();
        clear();
    }

    private static void askForTheTime(Input input) throws Exception {
        timeMessage.clear().putInt(0, input.oneIn(2) ? input.number() : 0x302 + input.below(6));
        time.handle(timeMessage);
    }

    private static void askForFiles(Input input) {
        int command = input.oneIn(16) ? input.number() : 4 + input.below(10);
        fileMessage.clear().putInt(0, command);
        name(input, 4);
        boolean renames = (command & 3) == 3;
        if (renames) {
            name(input, 260);
        } else {
            int offset = input.number();
            fileMessage.putInt(260, offset < 0 || input.oneIn(64) ? offset : offset % LARGEST_OFFSET);
            fileMessage.putInt(264, input.number());
            fileMessage.putInt(268, input.u8() & 1);
            fileMessage.put(272, input.bytes(input.u8()));
        }
        boolean reads = (command & 3) == 0 && command < 12;
        if (reads) {
            fileMessage.put(12 + 8 + 256, new byte[SECRET.length()]);
        }
        files.handle(fileMessage);
        requireAnswer(command, reads);
    }

    /**
     * Bytes up to one with the upper bit set stand for themselves, the pieces of names in between for paths that
     * matter.
     */
    private static void name(Input input, int at) {
        fileMessage.put(at, new byte[256]);
        int end = at;
        for (int more = input.u8(); more != 0 && end < at + 200; more = input.u8()) {
            byte[] piece = piece(more).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            fileMessage.put(end, piece);
            end += piece.length;
        }
    }

    private static String piece(int choice) {
        return switch (choice) {
            case 1 -> "../";
            case 2 -> "/";
            case 3 -> LINK + "/";
            case 4 -> SECRET;
            case 5 -> "a";
            case 6 -> "b/";
            case 7 -> ".ermine";
            case 8 -> top + "/";
            default -> String.valueOf((char) choice);
        };
    }

    private static void requireAnswer(int command, boolean reads) {
        int error = fileMessage.getInt(command == FileHandler.VERSION ? 8 : 4);
        if (error < -1 || fileMessage.limit() > FILE_SIZE || fileMessage.limit() < 8) {
            throw new AssertionError("command " + command + ": error " + error + ", " + fileMessage.limit() + " bytes");
        }
        if (reads && error == 0 && isSecret()) {
            throw new AssertionError("a file outside of the roots was read");
        }
    }

    private static boolean isSecret() {
        byte[] read = new byte[SECRET.length()];
        fileMessage.duplicate().clear().get(12, read);
        return fileMessage.getInt(8) == SECRET.length() && new String(read).equals(SECRET);
    }

    private static void requireOutsideUntouched() throws IOException {
        requireNames(top, "outside", "roots");
        requireNames(top.resolve("outside"), SECRET);
        requireNames(roots, "data", "persist", SECRET);
        for (Path secret : List.of(top.resolve("outside").resolve(SECRET), roots.resolve(SECRET))) {
            if (!Files.readString(secret).equals(SECRET)) {
                throw new AssertionError(secret + " was written");
            }
        }
        for (String root : List.of("data", "persist")) {
            if (Files.isDirectory(roots.resolve(root).resolve(LINK), LinkOption.NOFOLLOW_LINKS)) {
                throw new AssertionError("a link was replaced by a directory");
            }
        }
    }

    private static void requireNames(Path directory, String... expected) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            List<String> names = entries.map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
            if (!names.equals(List.of(expected))) {
                throw new AssertionError(directory + " holds " + names);
            }
        }
    }

    /** What messages made goes; the handler's own files stay. */
    private static void clear() throws IOException {
        for (String root : List.of("data", "persist")) {
            try (Stream<Path> all = Files.walk(roots.resolve(root))) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Path below = roots.resolve(root).relativize(path);
                    if (!below.toString().isEmpty() && !below.startsWith(".ermine") && !below.startsWith(LINK)) {
                        Files.delete(path);
                    }
                }
            }
        }
    }
}
