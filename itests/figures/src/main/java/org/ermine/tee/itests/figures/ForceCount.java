// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** How often this JVM forces a file or folder to the disk, as Flight Recorder sees it. */
final class ForceCount implements AutoCloseable {

    private static final String FORCE = "jdk.FileForce";

    private final Recording recording = new Recording();

    ForceCount() {
        recording.enable(FORCE).withThreshold(Duration.ZERO).withoutStackTrace();
        recording.start();
    }

    /** Since this was made; counts no further. */
    long end() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("force", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(FORCE))
                    .count();
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
