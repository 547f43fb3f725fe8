// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** Many more bundles with listeners than the TEE serves. */
class ListenerCrowdIT {

    private static final int SERVED = 64;
    private static final int BUNDLES = 1000;
    private static final Duration STOP_BOUND = Duration.ofSeconds(5);
    /** Four workers, and one thread for each service of a device. */
    private static final int MOST_THREADS = 12;

    @TempDir
    private Path storage;

    private EmbeddedFelix felix;
    private CapturedLog log;
    private final List<Bundle> crowd = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        log = new CapturedLog();
        felix = EmbeddedFelix.start(storage);
        felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
        felix.configure(ErmineBundles.SUPPLICANT, Map.of("graceMillis", 100L));
        for (Bundle bundle : felix.install(ErmineBundles.PATH)) {
            bundle.start();
        }
        felix.awaitService("org.ermine.tee.runtime.TeeRuntime");
        for (int i = 0; i < BUNDLES; i++) {
            crowd.add(felix.install(ListenerCrowd.bundle(i)));
        }
    }

    @AfterEach
    void stop() throws Exception {
        felix.close();
        log.close();
    }

    @Test
    void givenMoreListenersThanTheTeeServesThenTheSystemRestsAndSaysOnceWhatIsFull() throws Exception {
        startCrowd();
        Await.none(
                "the TEE knows as many as it serves", () -> lacks(SERVED + " known, " + (BUNDLES - SERVED) + " not"));

        assertTrue(state().contains("64 are registered by this supplicant"), state());
        assertEquals(1, warnings("ListenerDevice").size(), () -> "lines in the log: " + log.warnings());
        assertEquals(1, warnings("emulator.limit.Limit").size(), () -> "lines in the log: " + log.warnings());
        assertTrue(warnings("ListenerDevice").get(0).contains("56 of others"), () -> "line " + log.warnings());
        List<String> threads = Threads.ofErmine();
        assertTrue(threads.size() <= MOST_THREADS, () -> "threads " + threads);

        long begun = System.nanoTime();
        for (Bundle bundle : crowd.subList(1, 1 + SERVED)) {
            bundle.stop();
        }
        Await.none("others take their places", () -> lacks(SERVED + " known, " + (BUNDLES - 2 * SERVED) + " not"));
        System.out.printf("others took the places of %d listeners after %d ms%n", SERVED, millisSince(begun));
        stopCrowd();
    }

    private void startCrowd() throws BundleException {
        long begun = System.nanoTime();
        for (Bundle bundle : crowd) {
            bundle.start();
        }
        System.out.printf("started %d bundles with listeners: %d ms%n", crowd.size(), millisSince(begun));
    }

    private void stopCrowd() throws BundleException {
        long begun = System.nanoTime();
        for (Bundle bundle : crowd) {
            bundle.stop();
        }
        System.out.printf("stopped %d bundles with listeners: %d ms%n", crowd.size(), millisSince(begun));
        Duration took = felix.stop(STOP_BOUND);
        System.out.printf("stopped the framework: %d ms%n", took.toMillis());
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private List<String> warnings(String source) {
        return log.warnings().stream().filter(line -> line.contains(source)).toList();
    }

    private String lacks(String expected) {
        String state = state();
        return state.startsWith(expected) ? "" : state.substring(0, Math.min(300, state.length()));
    }

    private String state() {
        try {
            ServiceReference<?> service = felix.context()
                    .getServiceReferences(Callable.class, "(crowd=true)")
                    .iterator()
                    .next();
            return String.valueOf(((Callable<?>) felix.context().getService(service)).call());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
