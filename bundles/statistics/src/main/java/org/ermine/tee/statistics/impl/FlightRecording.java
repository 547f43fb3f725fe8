// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** One recording of Flight Recorder, from its start to its file. */
final class FlightRecording {

    /** The settings, in this bundle. */
    private static final String SETTINGS = "/org/ermine/tee/statistics/ermine.jfc";

    private final Path file;
    private final Recording recording;

    private FlightRecording(Path file, Recording recording) {
        this.file = file;
        this.recording = recording;
    }

    /** @param duration after which the recording ends by itself, or null */
    static FlightRecording start(Path file, Duration duration) throws IOException {
        Recording recording = new Recording(settings());
        boolean started = false;
        try {
            recording.setName("Ermine");
            // Looks whether the file can be written, by making it.
            recording.setDestination(file);
            if (duration != null) {
                recording.setDuration(duration);
            }
            recording.start();
            started = true;
        } finally {
            if (!started) {
                recording.close();
                Files.deleteIfExists(file);
            }
        }
        return new FlightRecording(file, recording);
    }

    private static Configuration settings() throws IOException {
        try (Reader reader =
                new InputStreamReader(FlightRecording.class.getResourceAsStream(SETTINGS), StandardCharsets.UTF_8)) {
            return Configuration.create(reader);
        } catch (ParseException e) {
            throw new IllegalArgumentException(SETTINGS + " cannot be read", e);
        }
    }

    Path file() {
        return file;
    }

    boolean isRunning() {
        return recording.getState() == RecordingState.RUNNING;
    }

    /** Writes the file. */
    void stop() throws IOException {
        recording.stop();
        recording.close();
        if (Files.size(file) == 0) {
            throw new IOException(file + " could not be written");
        }
    }
}
