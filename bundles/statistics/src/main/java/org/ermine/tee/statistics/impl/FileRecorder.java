// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.runtime.TeeRecorder;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records into files. {@code this} guards {@code recording}. A recording that is running when the bundle stops is
 * written then.
 */
@Component
public final class FileRecorder implements TeeRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(FileRecorder.class);

    private FlightRecording recording;

    @Override
    public synchronized void start(Path file, Duration duration) throws IOException {
        if (duration != null && (duration.isZero() || duration.isNegative())) {
            throw new IllegalArgumentException("the duration " + duration + " is not positive");
        }
        if (isRunning()) {
            throw new IllegalStateException("a recording to " + recording.file() + " is running already");
        }
        Path target = file.toAbsolutePath();
        if (!Files.isDirectory(target.getParent())) {
            throw new NoSuchFileException(target.getParent().toString(), null, "there is no such folder");
        }
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString(), null, "the file is there already");
        }
        try {
            recording = FlightRecording.start(target, duration);
        } catch (NoClassDefFoundError e) {
            throw noRecorder(e);
        } catch (IllegalStateException e) {
            // The module is there, but the virtual machine was built or started without the recorder.
            throw noRecorder(e);
        }
    }

    private static UnsupportedOperationException noRecorder(Throwable cause) {
        return new UnsupportedOperationException(
                "this Java runtime has no Flight Recorder: it lacks module jdk.jfr or was started without it", cause);
    }

    @Override
    public synchronized Path stop() throws IOException {
        if (!isRunning()) {
            throw new IllegalStateException("no recording is running");
        }
        Path file = recording.file();
        recording.stop();
        recording = null;
        return file;
    }

    /** Whether a recording is running: it may have ended by itself. */
    private boolean isRunning() {
        return recording != null && recording.isRunning();
    }

    @Deactivate
    synchronized void deactivate() {
        if (isRunning()) {
            try {
                LOG.info("the recording is written to {}", stop());
            } catch (IOException e) {
                LOG.error("a recording could not be written: {}", FailureText.of(e));
            }
        }
    }
}
