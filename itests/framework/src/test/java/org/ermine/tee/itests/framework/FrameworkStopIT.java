// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * A framework stops within a bound, whatever its bundles are doing; it says what it cut off; and of it nothing is left.
 */
class FrameworkStopIT {

    /** How long each part waits for those who do not return; what is not configured here does not wait. */
    private static final int WAIT_MILLIS = 300;

    /**
     * The parts wait one after the other: the supplicant for its listeners, its handlers and its threads, core, the
     * backend and the emulator once each. Besides, a second for all that is not waiting.
     */
    private static final Duration BOUND = Duration.ofMillis(6 * WAIT_MILLIS + 1000);

    @TempDir
    private Path storage;

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    /** What is under way when the framework stops. */
    enum Work {
        NOTHING(false, List.of(), List.of()),
        CALLBACK(false, List.of(BusyBundle.CALLBACK), List.of()),
        LISTENER(false, List.of(BusyBundle.LISTENER), List.of()),
        EVERYWHERE(false, List.of(BusyBundle.CALLBACK, BusyBundle.CALLBACK, BusyBundle.LISTENER), List.of()),
        DEAF_CALLBACK(
                true,
                List.of(BusyBundle.CALLBACK),
                List.of("left behind, because handlers do not return: [ermine-supplicant-worker-")),
        DEAF_LISTENER(
                true,
                List.of(BusyBundle.LISTENER),
                List.of("left behind, because handlers do not return: [ermine-supplicant-worker-")),
        DEAF_WORLD(
                true,
                List.of(BusyBundle.WORLD),
                List.of("cut off context", "1 calls were still in progress after 300 ms")),
        DEAF_EVERYWHERE(
                true,
                List.of(BusyBundle.WORLD, BusyBundle.CALLBACK, BusyBundle.LISTENER),
                List.of("1 calls were still in progress after 300 ms", "left behind, because handlers do not return"));

        private final boolean deaf;
        private final List<String> places;
        private final List<String> reports;

        Work(boolean deaf, List<String> places, List<String> reports) {
            this.deaf = deaf;
            this.places = places;
            this.reports = reports;
        }
    }

    /** What the first framework of a JVM begins, and the JDK keeps, is not what is looked for here. */
    @BeforeAll
    static void warmUp(@TempDir Path storage) throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            startAll(felix);
            felix.install(WorkingClient.bundle()).start();
            awaitWork(felix);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("ERM-4: a framework whose clients stop first stops in time and leaves nothing")
    void clientsFirst(Work work) throws Exception {
        stopAmid(work, true);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("ERM-4: a framework whose clients stop last stops in time and leaves nothing")
    void clientsLast(Work work) throws Exception {
        stopAmid(work, false);
    }

    private void stopAmid(Work work, boolean clientsFirst) throws Exception {
        Residue before = Residue.now();
        Held held = new Held(work.deaf);
        try (CapturedLog log = new CapturedLog()) {
            Loaders loaders = startAndStop(work, held, clientsFirst);
            List<String> reports = log.warnings();
            assertReported(work, reports);

            held.release();
            assertEnded(work);
            Await.none("left of the framework", before::since);
            loaders.assertNoneKept("after the framework stopped");
            assertEquals(reports, log.warnings(), "what is logged when those who were cut off return");
        }
    }

    /** This is done in a frame of its own, so that nothing in it keeps a class loader. */
    private Loaders startAndStop(Work work, Held held, boolean clientsFirst) throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            configureWaits(felix);
            List<Bundle> bundles = new ArrayList<>();
            // The framework stops the bundles first that were installed last.
            Bundle client = clientsFirst ? null : felix.install(BusyBundle.bundle());
            bundles.addAll(startAll(felix));
            if (clientsFirst) {
                client = felix.install(BusyBundle.bundle());
            }
            bundles.add(client);
            felix.awaitService("org.ermine.tee.TeeDevice");
            startClients(felix, client, work, held);
            Loaders loaders = Loaders.of(bundles);
            held.await(work.places);

            Duration took = felix.stop(BOUND);
            System.out.printf(
                    "stopped amid %s, clients %s: %d ms%n", work, clientsFirst ? "first" : "last", took.toMillis());
            return loaders;
        }
    }

    private static void assertReported(Work work, List<String> warnings) {
        for (String report : work.reports) {
            assertTrue(
                    warnings.stream().anyMatch(line -> line.contains(report)),
                    () -> "no report \"" + report + "\" in " + warnings);
        }
        if (work.reports.isEmpty()) {
            assertEquals(List.of(), warnings, "reports");
        }
    }

    /** Each invocation ends, and those that were served by handlers say that these are gone. */
    private void assertEnded(Work work) throws InterruptedException {
        List<String> expected = new ArrayList<>(work.places);
        for (int i = 0; i < work.places.size(); i++) {
            String outcome = outcomes.poll(20, TimeUnit.SECONDS);
            assertNotNull(outcome, "how an invocation of " + expected + " ended");
            String place = outcome.substring(0, outcome.indexOf(':'));
            assertTrue(expected.remove(place), outcome);
            if (!place.equals(BusyBundle.WORLD)) {
                assertEquals(place + ": DEFUNCT (-90)", outcome);
            }
        }
    }

    private static void configureWaits(EmbeddedFelix felix) throws ReflectiveOperationException {
        felix.configure(ErmineBundles.CORE, Map.of("unregisterMillis", WAIT_MILLIS));
        felix.configure(ErmineBundles.QCOMTEE, Map.of("closeMillis", WAIT_MILLIS));
        felix.configure(ErmineBundles.EMULATOR, Map.of("stopMillis", (long) WAIT_MILLIS));
        felix.configure(ErmineBundles.SUPPLICANT, Map.of("drainMillis", (long) WAIT_MILLIS));
    }

    private void startClients(EmbeddedFelix felix, Bundle client, Work work, Held held) throws Exception {
        Consumer<String> ended = outcomes::add;
        felix.context()
                .registerService(
                        UnaryOperator.class,
                        held,
                        FrameworkUtil.asDictionary(Map.of("invocations", work.places.toArray(String[]::new))));
        felix.context().registerService(Consumer.class, ended, FrameworkUtil.asDictionary(Collections.emptyMap()));
        client.start();
    }

    private static List<Bundle> startAll(EmbeddedFelix felix) throws Exception {
        List<String> names = new ArrayList<>(ErmineBundles.ALL);
        names.add("org.apache.felix.gogo.runtime");
        List<Bundle> bundles = felix.install(names);
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return bundles;
    }

    private static void awaitWork(EmbeddedFelix felix) {
        Callable<?> client = felix.service(Callable.class);
        Await.none("the client works", () -> {
            try {
                return client.call();
            } catch (Exception e) {
                return e;
            }
        });
    }
}
