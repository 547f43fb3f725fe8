// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.runtime.TeeRecorder;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RecordCommandTest {

    /** Writes down what it is asked for. */
    private static final class Recorder implements TeeRecorder {

        private final List<String> asked = new ArrayList<>();
        private RuntimeException failure;

        @Override
        public void start(Path file, Duration duration) {
            if (failure != null) {
                throw failure;
            }
            asked.add(file + " for " + duration);
        }

        @Override
        public Path stop() throws IOException {
            throw new IOException("disk full");
        }
    }

    @TempDir
    Path folder;

    private final Recorder recorder = new Recorder();

    @AutoClose
    private final Shell shell = new Shell(new RecordCommand(recorder));

    @BeforeEach
    void changeFolder() {
        shell.changeTo(folder);
    }

    @Test
    void givenAFileWhenNoDurationIsNamedThenItRecordsUntilItIsStopped() throws Exception {
        assertTrue(shell.type("tee:record x.jfr").endsWith("x.jfr until tee:record --stop." + System.lineSeparator()));
        assertEquals(List.of(folder.resolve("x.jfr") + " for null"), recorder.asked);
    }

    @Test
    void givenADurationThenTheRecordingIsThatLong() throws Exception {
        for (String duration : List.of("30s", "5m", "2h")) {
            shell.type("tee:record x.jfr " + duration);
        }
        String file = folder.resolve("x.jfr") + " for ";
        assertEquals(List.of(file + "PT30S", file + "PT5M", file + "PT2H"), recorder.asked);
    }

    @Test
    void givenNonsenseForADurationThenRecordTellsWhatItExpects() {
        for (String duration : List.of("0s", "5", "-5s", "5d", "99999999999s")) {
            assertEquals(
                    "tee:record: not a duration: " + duration + "; expected for example 30s, 5m or 2h",
                    shell.refusal("tee:record -- x.jfr " + duration));
        }
        assertEquals(List.of(), recorder.asked);
    }

    @Test
    void givenNeitherAFileNorTheFlagThenRecordSaysWhatItNeeds() {
        assertEquals(
                "tee:record: name the file to write, or end the recording with --stop", shell.refusal("tee:record"));
        assertEquals(
                "tee:record: --stop takes no file: the recording knows its own",
                shell.refusal("tee:record --stop x.jfr"));
    }

    @Test
    void givenJavaHasNoFlightRecorderThenRecordSaysSoInALine() {
        recorder.failure = new UnsupportedOperationException("this Java runtime has no Flight Recorder");
        assertEquals("tee:record: this Java runtime has no Flight Recorder", shell.refusal("tee:record x.jfr"));
    }

    @Test
    void givenNobodyRecordsThenRecordSaysWhatIsMissing() {
        RecordCommand without = new RecordCommand(null);
        CommandException failure =
                assertThrows(CommandException.class, () -> without.record(shell.session(), new String[] {"x.jfr"}));
        assertEquals(
                "tee:record: there is nobody who records. Is org.ermine.tee.statistics deployed?",
                failure.getMessage());
    }

    @Test
    void givenTheFileCannotBeWrittenThenRecordPassesTheReasonOn() {
        assertEquals("tee:record: java.io.IOException: disk full", shell.refusal("tee:record --stop"));
    }
}
