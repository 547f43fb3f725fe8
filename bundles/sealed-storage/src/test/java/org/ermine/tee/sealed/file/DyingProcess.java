// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import java.io.IOException;
import java.nio.file.Path;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;

/** Another process that unseals into a file and does not get further than the content. */
public final class DyingProcess implements AutoCloseable {

    private final Process process;

    private DyingProcess(Process process) {
        this.process = process;
    }

    /** Returns when some content is written. */
    public static DyingProcess start(Path target) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingProcess.class.getName(),
                        target.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("the process has ended");
        }
        return new DyingProcess(process);
    }

    public static void main(String[] target) throws IOException, SealedStorageException {
        Target place = Target.of(Path.of(target[0]), NameForcer.REAL);
        try (UnsealedFile file = UnsealedFile.create(place, new TemporaryFiles())) {
            file.write(new byte[10], 10);
            System.out.write('w');
            System.out.flush();
            waitToBeKilled();
        }
    }

    /** It waits until the test is gone at the latest. */
    private static void waitToBeKilled() throws IOException {
        System.in.read();
    }

    /** Kills it, and returns when it has ended. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this test", e);
        }
    }
}
