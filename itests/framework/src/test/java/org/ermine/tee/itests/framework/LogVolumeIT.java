// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** How much of the log a client can fill. */
class LogVolumeIT {

    private static final int MISTAKES = 12 + NoisyClient.Wrong.values().length;

    @TempDir
    private Path storage;

    @Test
    @DisplayName(
            "ERM-24: given a client that makes every mistake, and whose callback objects answer wrongly, again and "
                    + "again, then"
                    + " each kind is told in one line, and once more in a minute, however many there are")
    void mistakesAreSummedUp() throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
            for (Bundle bundle : felix.install(ErmineBundles.PATH)) {
                bundle.start();
            }
            felix.install(NoisyClient.bundle()).start();
            Await.none("a device is there", () -> device(felix) == null ? "it is not" : "");
            try (CapturedLog log = new CapturedLog()) {
                long begun = System.nanoTime();
                assertEquals(MISTAKES * Integer.getInteger("noise.rounds"), makeMistakes(felix));
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                long minutes = took.toMinutes();
                List<String> lines = log.warnings();
                System.out.printf(
                        "%d mistakes of a client: %d lines in the log, %d s%n",
                        MISTAKES * Integer.getInteger("noise.rounds"), lines.size(), took.toSeconds());
                assertTrue(lines.size() <= MISTAKES * (1 + minutes), () -> String.join("\n", lines));
            }
        }
    }

    /** Whatever package the asking bundle sees it through. */
    private static ServiceReference<?>[] device(EmbeddedFelix felix) {
        try {
            return felix.context().getAllServiceReferences("org.ermine.tee.TeeDevice", null);
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static int makeMistakes(EmbeddedFelix felix) throws Exception {
        ServiceReference<?> noisy = felix.context()
                .getServiceReferences(Callable.class, "(noisy=true)")
                .iterator()
                .next();
        return (int) ((Callable<?>) felix.context().getService(noisy)).call();
    }
}
