// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * Every {@link HostileBehaviour} at every {@linkplain HostileCode#PLACES place} where foreign code is called, and an
 * innocent neighbour beside it. A further behaviour or a further place is a further line in one of those two tables.
 */
class HostileCodeIT {

    private static final int WAIT_MILLIS = 300;
    private static final int ROUNDS = 40;
    /** What a call may wait for: a thread that the watchdog takes from another, and the thread's replacement. */
    private static final long P99_MILLIS = 10 * WAIT_MILLIS;

    private static final Duration STOP_BOUND = Duration.ofMillis(8 * WAIT_MILLIS + 3000);

    /** A framework with a neighbour, in which hostile code comes and goes. */
    private static final class Stage {

        private final EmbeddedFelix felix;

        Stage(Path storage) throws Exception {
            felix = EmbeddedFelix.start(storage);
            felix.configure(ErmineBundles.CORE, Map.of("unregisterMillis", WAIT_MILLIS));
            felix.configure(ErmineBundles.QCOMTEE, Map.of("closeMillis", WAIT_MILLIS));
            felix.configure(ErmineBundles.EMULATOR, Map.of("stopMillis", (long) WAIT_MILLIS));
            felix.configure(
                    ErmineBundles.SUPPLICANT,
                    Map.of("timeLimitMillis", (long) WAIT_MILLIS, "drainMillis", (long) WAIT_MILLIS));
            felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
            for (Bundle bundle : felix.install(ErmineBundles.PATH)) {
                bundle.start();
            }
            felix.awaitService("org.ermine.tee.TeeDevice");
            felix.install(Neighbour.bundle()).start();
            Await.none("the neighbour works", this::objection);
        }

        private Object objection() {
            try {
                rounds(1);
                return "";
            } catch (IllegalStateException e) {
                return e;
            }
        }

        @SuppressWarnings("unchecked")
        long[] rounds(int count) {
            return (long[]) felix.service(IntFunction.class).apply(count);
        }

        /** Begins hostile code, and waits until it was called at each place. */
        Bundle enter(HostileBehaviour behaviour, List<String> places, CountDownLatch end) throws Exception {
            Set<String> called = ConcurrentHashMap.newKeySet();
            ServiceRegistration<?> service = felix.context()
                    .registerService(
                            UnaryOperator.class,
                            behaviour.until(end, called),
                            FrameworkUtil.asDictionary(Map.of("places", places.toArray(String[]::new))));
            Bundle hostile = felix.install(HostileCode.bundle());
            hostile.start();
            service.unregister();
            Await.none(
                    "hostile code is called",
                    () -> places.stream()
                            .filter(place -> !called.contains(place))
                            .toList());
            return hostile;
        }
    }

    private static long p99Millis(long[] nanos) {
        Arrays.sort(nanos);
        return TimeUnit.NANOSECONDS.toMillis(nanos[(nanos.length - 1) * 99 / 100]);
    }

    @Nested
    class Beside {

        @TempDir
        private static Path storage;

        private static Stage stage;

        @BeforeAll
        static void start() throws Exception {
            stage = new Stage(storage);
        }

        @AfterAll
        static void stop() throws Exception {
            stage.felix.close();
        }

        static Stream<Arguments> cells() {
            return Stream.concat(HostileCode.PLACES.stream(), Stream.of(HostileCode.OBSERVER))
                    .flatMap(place -> Arrays.stream(HostileBehaviour.values())
                            .filter(behaviour -> isBearable(place, behaviour))
                            .map(behaviour -> Arguments.of(place, behaviour)));
        }

        /**
         * An observer is part of each call, on the caller's thread: whoever installs one that is slow lets it hold up
         * all calls.
         */
        private static boolean isBearable(String place, HostileBehaviour behaviour) {
            return !place.equals(HostileCode.OBSERVER) || behaviour.isBrief();
        }

        @ParameterizedTest(name = "{0} {1}")
        @MethodSource("cells")
        @DisplayName(
                "ERM-22: given hostile code at one place, then all requests of a neighbour are answered, and in time")
        void aNeighbourIsServed(String place, HostileBehaviour behaviour) throws Exception {
            CountDownLatch end = new CountDownLatch(1);
            Bundle hostile = stage.enter(behaviour, List.of(place), end);
            long[] nanos;
            try {
                nanos = stage.rounds(ROUNDS);
            } finally {
                end.countDown();
                hostile.uninstall();
            }
            assertEquals(ROUNDS, nanos.length);
            long p99 = p99Millis(nanos);
            System.out.printf("beside hostile code at %s that %s: p99 %d ms%n", place, behaviour, p99);
            assertTrue(p99 <= P99_MILLIS, () -> "p99 of the neighbour is " + p99 + " ms");
        }
    }

    @Nested
    class Within {

        @TempDir
        private Path storage;

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("ERM-4: given hostile code at every place, then the framework ends in bounded time")
        void theFrameworkEnds(HostileBehaviour behaviour) throws Exception {
            CountDownLatch end = new CountDownLatch(1);
            Stage stage = new Stage(storage);
            try (CapturedLog log = new CapturedLog()) {
                stage.enter(behaviour, HostileCode.PLACES, end);
                Duration took = stage.felix.stop(STOP_BOUND);
                System.out.printf(
                        "ended amid hostile code that %s: %d ms, %d lines in the log%n",
                        behaviour, took.toMillis(), log.warnings().size());
            } finally {
                end.countDown();
                stage.felix.close();
            }
        }
    }
}
