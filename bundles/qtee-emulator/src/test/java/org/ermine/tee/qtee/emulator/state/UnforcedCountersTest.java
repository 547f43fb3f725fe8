// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.support.DurableFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters whose bytes the disk does not take. */
class UnforcedCountersTest {

    @TempDir
    private Path parent;

    /**
     * A system that takes bytes for written after it could not force them, as Linux does: what comes to the disk
     * afterwards is only what is written after that.
     */
    private static final class FailingDisk implements StateDirectory.ByteForcer {

        private static final FileTime UNCHANGED = FileTime.fromMillis(0);

        private final Map<Path, byte[]> forced = new HashMap<>();
        private int failures;

        void failNext(int count) {
            failures = count;
        }

        @Override
        public void force(Path path, RandomAccessFile file) throws IOException {
            if (failures > 0) {
                failures--;
                Files.setLastModifiedTime(path, UNCHANGED);
                throw new IOException("input/output error");
            }
            if (!Files.getLastModifiedTime(path).equals(UNCHANGED)) {
                forced.put(path, Files.readAllBytes(path));
            }
        }

        /** Only what was forced is left. */
        void losePower() throws IOException {
            for (Map.Entry<Path, byte[]> each : forced.entrySet()) {
                Files.write(each.getKey(), each.getValue());
            }
        }
    }

    private final FailingDisk disk = new FailingDisk();

    private SecureState open() throws IOException {
        return SecureState.open(
                parent.resolve("state"),
                StateDirectory.Room.REAL,
                DurableFiles.NameForcer.REAL,
                disk,
                new RepeatLog(line -> {}));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givenBytesThatCouldNotBeForcedThenWhatCountsAfterwardsOutlastsALossOfPower(boolean restarted)
            throws Exception {
        SecureState state = open();
        for (int value = 1; value < 4; value++) {
            state.advance("app", "c", value);
        }
        disk.failNext(1);
        TeeException failure = assertThrows(TeeException.class, () -> state.advance("app", "c", 4));
        assertTrue(failure.getMessage().contains("input/output error"), failure.getMessage());
        long counted = restarted ? counterAfterRestart(state) : state.counter("app", "c");
        state.close();

        disk.losePower();

        try (SecureState after = open()) {
            assertEquals(counted, after.counter("app", "c"));
        }
    }

    private long counterAfterRestart(SecureState state) throws Exception {
        state.close();
        try (SecureState next = open()) {
            return next.counter("app", "c");
        }
    }

    @Test
    void givenBytesThatCannotBeForcedThenNoCounterIsReadUntilTheyAre() throws Exception {
        try (SecureState state = open()) {
            for (int value = 1; value < 4; value++) {
                state.advance("app", "c", value);
            }
            disk.failNext(3);
            assertThrows(TeeException.class, () -> state.advance("app", "c", 4));
            assertThrows(TeeException.class, () -> state.counter("app", "c"));
            assertThrows(TeeException.class, () -> state.advance("app", "c", 5));
            assertEquals(4, state.counter("app", "c"));
        }
    }
}
