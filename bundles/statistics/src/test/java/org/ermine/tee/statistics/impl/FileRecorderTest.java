// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRecorderTest {

    @TempDir
    Path folder;

    private final FileRecorder recorder = new FileRecorder();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("ermine.jfr");
    }

    /** No recording outlives its test, whatever became of that. */
    @AfterEach
    void stop() {
        recorder.deactivate();
    }

    private String refusal(Class<? extends Exception> type, Path target, Duration duration) {
        return assertThrows(type, () -> recorder.start(target, duration)).getMessage();
    }

    @Test
    void givenAFileThenWhatIsRecordedStandsInItWhenItIsStopped() throws IOException {
        recorder.start(file, null);

        assertEquals(file, recorder.stop());
        try (RecordingFile recording = new RecordingFile(file)) {
            assertTrue(recording.hasMoreEvents());
        }
    }

    @Test
    void givenOneThatRunsThenAnotherIsRefusedByItsNameUntilItIsStopped() throws IOException {
        recorder.start(file, Duration.ofHours(1));
        Path next = folder.resolve("next.jfr");

        String refused = refusal(IllegalStateException.class, next, null);

        assertEquals("a recording to " + file + " is running already", refused);
        assertFalse(Files.exists(next));
        recorder.stop();
        recorder.start(next, null);
        assertEquals(next, recorder.stop());
    }

    @Test
    void givenWhatCannotBeDoneThenItIsRefusedAndNothingIsLeft() throws IOException {
        assertEquals("the duration PT0S is not positive", refusal(IllegalArgumentException.class, file, Duration.ZERO));
        assertEquals(
                "the duration PT-1S is not positive",
                refusal(IllegalArgumentException.class, file, Duration.ofSeconds(-1)));
        Path none = folder.resolve("none");
        assertEquals(
                none + ": there is no such folder",
                refusal(NoSuchFileException.class, none.resolve("ermine.jfr"), null));
        Path present = Files.writeString(folder.resolve("present"), "kept");
        assertEquals(present + ": the file is there already", refusal(FileAlreadyExistsException.class, present, null));

        assertEquals("kept", Files.readString(present));
        assertFalse(Files.exists(file));
        assertEquals(
                "no recording is running",
                assertThrows(IllegalStateException.class, recorder::stop).getMessage());
    }

    @Test
    void givenOneThatRunsWhenTheBundleStopsThenItIsWritten() throws IOException {
        recorder.start(file, null);

        recorder.deactivate();

        assertTrue(Files.size(file) > 0);
        assertThrows(IllegalStateException.class, recorder::stop);
    }
}
