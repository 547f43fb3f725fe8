// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.files.ForeignProcess;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.support.DurableFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SecureStateTest {

    /** Bytes of each copy of a few counters. */
    private static final int COPY = 4096;

    @TempDir
    Path parent;

    private Path directory;

    @BeforeEach
    void setUp() {
        directory = parent.resolve("a/secure");
    }

    @Test
    void givenANewStateThenItIsTheOwnersOnly() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
        }
        assertEquals("rwx------", permissions(directory));
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.toList();
        }
        assertEquals(3, files.size(), files.toString());
        for (Path file : files) {
            assertEquals("rw-------", permissions(file));
        }
    }

    @Test
    void givenACounterWhoseNameCouldNotBeForcedThenItDoesNotCountUntilItIs() throws Exception {
        boolean[] fails = {false};
        DurableFiles.NameForcer names = folder -> {
            if (fails[0]) {
                throw new IOException("no name can be forced");
            }
            DurableFiles.NameForcer.REAL.force(folder);
        };
        RepeatLog problems = new RepeatLog(line -> {});
        try (SecureState state = SecureState.open(directory, StateDirectory.Room.REAL, names, problems)) {
            state.advance("app", "c", 1);
            fails[0] = true;
            assertThrows(TeeException.class, () -> state.advance("app", "c", 2));
            assertThrows(TeeException.class, () -> state.counter("app", "c"));
            assertThrows(TeeException.class, () -> state.advance("app", "c", 3));

            fails[0] = false;
            assertEquals(2, state.counter("app", "c"));
        }
        fails[0] = true;
        assertThrows(IOException.class, () -> SecureState.open(directory, StateDirectory.Room.REAL, names, problems));
    }

    @Test
    void givenARestartThenKeysAndCountersAreTheSame() throws Exception {
        byte[] key;
        try (SecureState state = SecureState.open(directory)) {
            key = state.deriveKey("app", "seal");
            assertEquals(0, state.counter("app", "c"));
            state.advance("app", "c", 5);
            state.advance("app", "d", Long.MAX_VALUE);
        }
        try (SecureState state = SecureState.open(directory)) {
            assertArrayEquals(key, state.deriveKey("app", "seal"));
            assertEquals(5, state.counter("app", "c"));
            assertEquals(Long.MAX_VALUE, state.counter("app", "d"));
            assertEquals(0, state.counter("other", "c"));
        }
    }

    @Test
    @DisplayName(
            "ERM-28: given a write of the state that fails, when the disk has no room, then ENOSPC says so, and else "
                    + "nothing")
    void fullDisk() throws Exception {
        long[] usable = {0};
        try (SecureState state = SecureState.open(
                directory, path -> usable[0], DurableFiles.NameForcer.REAL, new RepeatLog(line -> {}))) {
            state.advance("app", "c", 1);
            blockWritesOf("app");
            assertEquals(Optional.of(Errno.ENOSPC), failureOf(state).errno());
            usable[0] = 1 << 20;
            assertEquals(Optional.empty(), failureOf(state).errno());
            assertEquals(TeeResult.ERROR, failureOf(state).result());
            assertEquals(1, state.counter("app", "c"));
        }
    }

    private void blockWritesOf(String app) throws IOException {
        String name = "counters-" + HexFormat.of().formatHex(app.getBytes(StandardCharsets.UTF_8)) + ".1.tmp";
        Files.createDirectories(directory.resolve(name).resolve("in the way"));
    }

    private static TeeException failureOf(SecureState state) {
        return assertThrows(TeeException.class, () -> state.advance("app", "c", 2));
    }

    @Test
    void givenTheDirectoryIsExchangedThenNoCounterIsReadOrAdvancedUntilItIsBack() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 5);
            Path away = Files.move(directory, parent.resolve("away"));
            for (boolean another : List.of(false, true)) {
                if (another) {
                    SecureState.open(directory).close();
                }
                assertThrows(TeeException.class, () -> state.counter("app", "c"));
                assertThrows(TeeException.class, () -> state.advance("app", "c", 6));
            }
            try (Stream<Path> others = Files.list(directory)) {
                assertEquals(2, others.count(), "nothing was written there");
            }
            Files.move(directory, parent.resolve("other"));
            Files.move(away, directory);
            assertEquals(5, state.counter("app", "c"));
        }
    }

    @Test
    @DisplayName(
            "ERM-24: given a state directory that is moved away while it is in use, then the log says so once, with "
                    + "the option, and so does the reason of each failure")
    void movedAway() throws Exception {
        List<String> lines = new ArrayList<>();
        try (SecureState state = SecureState.open(
                directory, StateDirectory.Room.REAL, DurableFiles.NameForcer.REAL, new RepeatLog(lines::add))) {
            state.advance("app", "c", 1);
            Files.move(directory, parent.resolve("away"));
            for (int i = 0; i < 1000; i++) {
                String reason = failureOf(state).getMessage();
                assertTrue(reason.endsWith("(option stateDirectory of org.ermine.tee.qtee.emulator)"), reason);
                assertThrows(TeeException.class, () -> state.counter("other", "c"));
            }
        }
        assertEquals(
                List.of("the counters of app cannot be read: secure state: " + directory
                        + " was exchanged for another directory (option stateDirectory of "
                        + "org.ermine.tee.qtee.emulator)"),
                lines);
    }

    @Test
    void givenOtherNamesPurposesOrDevicesThenKeysDiffer() throws Exception {
        try (SecureState state = SecureState.open(directory);
                SecureState other = SecureState.open(parent.resolve("other"))) {
            List<String> keys = new ArrayList<>();
            for (byte[] key : List.of(
                    state.deriveKey("ab", "c"),
                    state.deriveKey("a", "bc"),
                    state.deriveKey("ab", ""),
                    state.deriveKey("", "abc"),
                    other.deriveKey("ab", "c"))) {
                assertEquals(32, key.length);
                keys.add(Arrays.toString(key));
            }
            assertEquals(5, keys.stream().distinct().count());
        }
    }

    @Test
    void givenAValueThatIsNotGreaterThenTheCounterStays() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 5);
            for (long value : new long[] {5, 4, 0, -1}) {
                TeeException e = assertThrows(TeeException.class, () -> state.advance("app", "c", value));
                assertEquals(2, e.result().code());
            }
            assertThrows(TeeException.class, () -> state.advance("app", "", 1));
            assertThrows(TeeException.class, () -> state.advance("app", "x".repeat(256), 1));
            assertEquals(5, state.counter("app", "c"));
        }
    }

    @Test
    void givenSomethingAccessibleToOthersThenTheStateIsRefused() throws Exception {
        SecureState.open(directory).close();
        for (String path : List.of(".", "device-key", "lock")) {
            Path opened = directory.resolve(path);
            String before = permissions(opened);
            for (String permissions : List.of("rwxr-----", "rwx-----x")) {
                Files.setPosixFilePermissions(opened, PosixFilePermissions.fromString(permissions));
                IOException e = assertThrows(IOException.class, () -> SecureState.open(directory), path);
                assertTrue(e.getMessage().contains("accessible to others"), e.getMessage());
            }
            Files.setPosixFilePermissions(opened, PosixFilePermissions.fromString(before));
        }
        SecureState.open(directory).close();
    }

    @Test
    void givenADamagedFileThenItIsRefusedWithItsName() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
            Path counters = directory.resolve("counters-617070.0");
            flip(counters, 5);
            assertEquals(1, state.counter("app", "c"), "there is a second copy");
            flip(counters, COPY + 5);
            TeeException e = assertThrows(TeeException.class, () -> state.counter("app", "c"));
            assertEquals(1, e.result().code());
            assertTrue(e.getMessage().contains("damaged"), e.getMessage());
            assertThrows(TeeException.class, () -> state.advance("app", "c", 7));
            assertEquals(0, state.counter("other", "c"));
        }
        Path key = directory.resolve("device-key");
        flip(key, 0);
        assertTrue(assertThrows(IOException.class, () -> SecureState.open(directory))
                .getMessage()
                .contains(key.toString()));
        flip(key, 0);
        SecureState.open(directory).close();
        Files.write(key, new byte[7]);
        assertThrows(IOException.class, () -> SecureState.open(directory));
        Files.write(key, new byte[0]);
        assertThrows(IOException.class, () -> SecureState.open(directory));
    }

    @Test
    void givenAFileOrALinkInItsPlaceThenTheStateIsRefused() throws Exception {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "x");
        assertThrows(IOException.class, () -> SecureState.open(directory));
        Files.delete(directory);
        Path target = Files.createDirectory(
                parent.resolve("target"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(directory, target);
        assertThrows(IOException.class, () -> SecureState.open(directory));
    }

    @Test
    void givenAStateInUseThenASecondEmulatorIsRefused() throws Exception {
        SecureState state = SecureState.open(directory);
        IOException e = assertThrows(IOException.class, () -> SecureState.open(directory));
        assertTrue(e.getMessage().contains("in use"), e.getMessage());
        state.close();
        assertThrows(TeeException.class, () -> state.advance("app", "c", 1));
        SecureState.open(directory).close();
    }

    /** To close a file ends the lock that the process has on it, whoever in the process has it. */
    @Test
    void givenASecondEmulatorOfThisProcessIsRefusedThenTheStateStaysLockedForOtherProcesses() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
            assertThrows(IOException.class, () -> SecureState.open(directory));
            assertEquals("secure state: " + directory + " is in use by another emulator", openedElsewhere());
        }
        assertEquals("opened", openedElsewhere());
    }

    /** What another process says that tries to use the state. */
    private String openedElsewhere() throws Exception {
        return String.join("\n", ForeignProcess.run(OtherEmulator.class, directory.toString()));
    }

    /** An emulator of another process. */
    static final class OtherEmulator {

        private OtherEmulator() {}

        public static void main(String[] arguments) {
            try (SecureState state = SecureState.open(Path.of(arguments[0]))) {
                state.deriveKey("app", "purpose");
                System.out.println("opened");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void givenACrashBeforeTheRenameThenTheOldValueStands() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
            Files.writeString(directory.resolve("counters-617070.1.tmp"), "half a fi");
        }
        try (SecureState state = SecureState.open(directory)) {
            assertEquals(1, state.counter("app", "c"));
            state.advance("app", "c", 2);
            assertEquals(2, state.counter("app", "c"));
            assertFalse(Files.exists(directory.resolve("counters-617070.1.tmp")));
        }
    }

    @Test
    void givenAWriteThatWasCutOffThenTheOldOrTheNewValueStands() throws Exception {
        byte[] before;
        byte[] after;
        Path written = directory.resolve("counters-617070.0");
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
            state.advance("app", "c", 2);
            before = Files.readAllBytes(written);
            state.advance("app", "c", 3);
            after = Files.readAllBytes(written);
        }
        for (int cut = 0; cut <= after.length; cut += cut < 100 ? 1 : 500) {
            for (boolean startWritten : List.of(true, false)) {
                byte[] torn = (startWritten ? before : after).clone();
                byte[] start = startWritten ? after : before;
                System.arraycopy(start, 0, torn, 0, cut);
                Files.write(written, torn);
                assertAdvancesFrom(Set.of(2L, 3L), "cut off at " + cut);
            }
        }
    }

    /** Requires that the state is afterwards as it was. */
    private void assertAdvancesFrom(Set<Long> expected, String what) throws Exception {
        Path other = directory.resolve("counters-617070.1");
        byte[] kept = Files.readAllBytes(other);
        try (SecureState state = SecureState.open(directory)) {
            assertTrue(expected.contains(state.counter("app", "c")), what);
            state.advance("app", "c", 9);
        }
        try (SecureState state = SecureState.open(directory)) {
            assertEquals(9, state.counter("app", "c"), what);
        }
        Files.write(other, kept);
    }

    @Test
    void givenAnInterruptedThreadThenCountersAreReadAndAdvancedAsEver() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            state.advance("app", "c", 1);
            state.advance("app", "c", 2);
            for (int value = 3; value < 8; value++) {
                Thread.currentThread().interrupt();
                state.advance("app", "c", value);
                assertEquals(value, state.counter("app", "c"));
                assertTrue(Thread.interrupted(), "the interrupt is kept");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"counters-617070.0", "counters-617070.1"})
    void givenOneOfBothFilesIsMissingThenTheOtherIsNotTakenForTheLatest(String file) throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            for (int value = 1; value < 6; value++) {
                state.advance("app", "c", value);
            }
            Files.delete(directory.resolve(file));
            assertThrows(TeeException.class, () -> state.counter("app", "c"));
            assertThrows(TeeException.class, () -> state.advance("app", "c", 9));
        }
    }

    @Test
    void givenASectorOfTheLatestFileThatHoldsSomethingElseThenTheLatestValueStands() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            for (int value = 1; value < 6; value++) {
                state.advance("app", "c", value);
            }
        }
        for (String file : List.of("counters-617070.0", "counters-617070.1")) {
            byte[] original = Files.readAllBytes(directory.resolve(file));
            for (int offset = 0; offset < original.length; offset += COPY) {
                byte[] spoiled = original.clone();
                Arrays.fill(spoiled, offset, offset + COPY, (byte) 0x5a);
                Files.write(directory.resolve(file), spoiled);
                try (SecureState state = SecureState.open(directory)) {
                    assertEquals(5, state.counter("app", "c"), file + " from " + offset);
                }
            }
            Files.write(directory.resolve(file), original);
        }
    }

    @Test
    void givenASectorOfTheLatestFileThatHoldsWhatItHeldBeforeThenTheLatestValueStands() throws Exception {
        Path latest = directory.resolve("counters-617070.0");
        byte[] before;
        try (SecureState state = SecureState.open(directory)) {
            for (int value = 1; value < 5; value++) {
                state.advance("app", "c", value);
            }
            before = Files.readAllBytes(latest);
            state.advance("app", "c", 5);
        }
        byte[] after = Files.readAllBytes(latest);
        for (int offset = 0; offset < after.length; offset += COPY) {
            byte[] spoiled = after.clone();
            System.arraycopy(before, offset, spoiled, offset, COPY);
            Files.write(latest, spoiled);
            try (SecureState state = SecureState.open(directory)) {
                assertEquals(5, state.counter("app", "c"), "from " + offset);
            }
        }
    }

    @Test
    void givenCountersOfAnEarlierVersionThenTheyAreReadAndGoOnInTheirPresentPlace() throws Exception {
        SecureState.open(directory).close();
        Path former = directory.resolve("counters-617070");
        byte[] content = HexFormat.of().parseHex("00000001" + "000163" + "0000000000000005");
        byte[] checked = Arrays.copyOf(content, content.length + 32);
        System.arraycopy(MessageDigest.getInstance("SHA-256").digest(content), 0, checked, content.length, 32);
        Files.write(former, checked);
        Files.setPosixFilePermissions(former, PosixFilePermissions.fromString("rw-------"));
        try (SecureState state = SecureState.open(directory)) {
            assertEquals(5, state.counter("app", "c"));
            assertTrue(Files.exists(former), "reading changes nothing");
            state.advance("app", "d", 7);
            assertFalse(Files.exists(former), "nobody takes it for the present one");
        }
        try (SecureState state = SecureState.open(directory)) {
            assertEquals(5, state.counter("app", "c"));
            assertEquals(7, state.counter("app", "d"));
        }
    }

    @Test
    void givenCountersThatBecomeMoreThanASectorThenAllAreThere() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            for (int i = 1; i <= 600; i++) {
                state.advance("app", "counter " + i, i);
            }
        }
        try (SecureState state = SecureState.open(directory)) {
            for (int i = 1; i <= 600; i++) {
                assertEquals(i, state.counter("app", "counter " + i));
            }
        }
    }

    @Test
    void givenSeveralThreadsThenEachValueIsTakenOnce() throws Exception {
        try (SecureState state = SecureState.open(directory)) {
            List<CompletableFuture<Integer>> workers = new ArrayList<>();
            for (int worker = 0; worker < 4; worker++) {
                workers.add(CompletableFuture.supplyAsync(() -> {
                    int taken = 0;
                    for (int value = 1; value <= 20; value++) {
                        try {
                            state.advance("app", "c", value);
                            taken++;
                        } catch (TeeException e) {
                            assertEquals(2, e.result().code());
                        }
                    }
                    return taken;
                }));
            }
            int taken = workers.stream().mapToInt(CompletableFuture::join).sum();
            assertTrue(taken <= 20, taken + " advances");
            assertEquals(20, state.counter("app", "c"));
        }
    }

    @Test
    void givenTheVectorsOfRfc5869ThenHkdfGivesThem() {
        assertEquals(
                // test case 1: output; secret, salt, info
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
                hkdf("0b".repeat(22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42));
        assertEquals(
                // test case 3: output; secret, without salt and info
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
                hkdf("0b".repeat(22), "", "", 42));
    }

    private static String hkdf(String secret, String salt, String info, int length) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(Hkdf.derive(hex.parseHex(secret), hex.parseHex(salt), hex.parseHex(info), length));
    }

    private static void flip(Path file, int index) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[index] ^= 1;
        Files.write(file, bytes);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
