// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Bundles that stop with streams of sealed storage open, in a framework. */
@Timeout(120)
class ForgottenStreamsIT {

    private static final int ROUNDS = 3;

    @TempDir
    private Path storage;

    @AutoClose
    private EmbeddedFelix felix;

    private Bundle client;

    @BeforeEach
    void start() throws Exception {
        felix = EmbeddedFelix.start(storage);
        felix.install("org.apache.felix.gogo.runtime").start();
        for (Bundle bundle : felix.install(ErmineBundles.ALL)) {
            bundle.start();
        }
        felix.install(SealingClient.bundle()).start();
        client = felix.install(ForgetfulClient.bundle());
        Await.none("sealed storage works", this::work);
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that stops with all streams open that it may have, when it starts again, then it "
                    + "has its"
                    + " whole share, and nothing that it did not commit is there")
    void bundleStopsWithOpenStreams() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            client.start();
            client.stop();
            assertFalse(threads().contains("ermine-sealed-storage-"), threads()::toString);
            assertEquals("", work());
        }
    }

    /** Names of threads, without numbers. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("\\d+$", ""))
                .collect(Collectors.toSet());
    }

    /** What is wrong with sealed storage for another bundle; empty if nothing is. */
    private String work() {
        ServiceReference<?> other = felix.context().getServiceReference(Callable.class);
        try {
            return String.valueOf(((Callable<?>) felix.context().getService(other)).call());
        } catch (Exception e) {
            return e.toString();
        }
    }
}
