// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Records what happens with Java's Flight Recorder, with the settings that Ermine brings, into a file that
 * {@code jfr print} and JDK Mission Control read. It is a service; thread safe. It makes one recording at a time; those
 * that others make do not count.
 */
@ProviderType
public interface TeeRecorder {

    /**
     * Begins a recording.
     *
     * @param file where it is written when it ends; its folder has to be there, the file not
     * @param duration after which it ends by itself, positive; null for {@link #stop}
     * @throws java.nio.file.FileAlreadyExistsException if the file is there
     * @throws java.nio.file.NoSuchFileException if its folder is not
     * @throws IOException if it cannot be written for another reason
     * @throws IllegalStateException if a recording is running
     * @throws UnsupportedOperationException if the Java runtime has no Flight Recorder
     */
    void start(Path file, Duration duration) throws IOException;

    /**
     * Ends the recording and writes its file.
     *
     * @return the file
     * @throws IOException if it could not be written
     * @throws IllegalStateException if no recording is running
     */
    Path stop() throws IOException;
}
