// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.fakes.FakeBundle;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class PublishedOptionsTest {

    /** What came and went, in order. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final Semaphore looks = new Semaphore(0);

    /** What happens while a service is registered. */
    private volatile Runnable meanwhile = () -> {};

    private final BundleContext bundle = Fake.of(BundleContext.class, (self, method, arguments) -> {
        if (method.getName().equals("getBundle")) {
            return FakeBundle.of(7, "org.example", "1.0.0");
        }
        assertEquals("registerService", method.getName());
        assertEquals(Integer.class, arguments[0]);
        events.add("register " + arguments[1]);
        meanwhile.run();
        return registration(arguments[1]);
    });

    @interface Configuration {
        int workers() default 4;
    }

    private record Workers(int workers) implements Configuration {

        @Override
        public Class<? extends Annotation> annotationType() {
            return Configuration.class;
        }
    }

    private ServiceRegistration<?> registration(Object service) {
        return Fake.of(ServiceRegistration.class, (self, method, none) -> {
            assertEquals("unregister", method.getName());
            events.add("unregister " + service);
            return null;
        });
    }

    /** Looks again after a millisecond for what keeps the service away. */
    private PublishedOptions<Configuration, Integer> looking(
            int workers, Function<OptionReader<Configuration>, Integer> reading) {
        return new PublishedOptions<>(
                bundle,
                "org.example",
                Configuration.class,
                new Workers(workers),
                Map.of(),
                Integer.class,
                reading,
                events::add,
                1);
    }

    private PublishedOptions<Configuration, Integer> options(
            int workers, Map<String, ?> properties, Function<OptionReader<Configuration>, Integer> reading) {
        return new PublishedOptions<>(
                bundle,
                "org.example",
                Configuration.class,
                new Workers(workers),
                properties,
                Integer.class,
                reading,
                events::add);
    }

    @Test
    void anOptionWithoutASubstituteKeepsTheServiceAwayUntilItIsRight() {
        try (PublishedOptions<Configuration, Integer> options =
                options(7, Map.of(), PublishedOptionsTest::evenOrNothing)) {
            assertEquals(1, events.size());
            assertTrue(events.get(0).startsWith("option workers of org.example is odd; "), events::toString);
            options.change(new Workers(2), Map.of());
        }

        assertEquals(List.of("register 2", "unregister 2"), events.subList(1, events.size()));
    }

    @Test
    void whatKeepsTheServiceAwayIsToldOnceAndLookedForAgainUntilItIsRight() throws Exception {
        AtomicBoolean isMounted = new AtomicBoolean();
        Semaphore changes = new Semaphore(0);
        Function<OptionReader<Configuration>, Integer> reading = reader -> {
            looks.release();
            if (!isMounted.get()) {
                reader.reject("workers", "is not mounted");
            }
            return 4;
        };
        try (PublishedOptions<Configuration, Integer> options = looking(4, reading)) {
            options.onChange(changes::release);
            assertTrue(looks.tryAcquire(5, 20, TimeUnit.SECONDS));
            RuntimeDTO runtime = new RuntimeDTO();
            options.contribute(runtime, "channel", "qtee");
            isMounted.set(true);
            assertTrue(changes.tryAcquire(20, TimeUnit.SECONDS));

            FailedHandlerDTO failed = runtime.failedHandlers[0];
            assertEquals("option workers of org.example is not mounted", failed.reason);
            assertEquals("channel qtee org.example 1.0.0 [7]", failed.kind + " " + failed.name + " " + failed.bundle);
            RuntimeDTO later = new RuntimeDTO();
            options.contribute(later, "channel", "qtee");
            assertEquals(0, later.failedHandlers.length);
            assertEquals(4, options.inForce());
        }
        assertEquals(3, events.size(), events::toString);
        assertEquals(List.of("register 4", "unregister 4"), events.subList(1, 3));
    }

    @Test
    void givenAChangeToTheSameWhileTheServiceIsRegisteredAtLastThenTheServiceStays() throws Exception {
        AtomicBoolean isMounted = new AtomicBoolean();
        Semaphore changes = new Semaphore(0);
        Function<OptionReader<Configuration>, Integer> reading = reader -> {
            if (!isMounted.get()) {
                reader.reject("workers", "is not mounted");
            }
            return 1000 * reader.integer(Configuration::workers);
        };
        try (PublishedOptions<Configuration, Integer> options = looking(4, reading)) {
            meanwhile = () -> options.change(new Workers(4), Map.of());
            options.onChange(changes::release);
            isMounted.set(true);
            assertTrue(changes.tryAcquire(2, 20, TimeUnit.SECONDS));

            assertEquals(List.of("register 4000"), events.subList(1, events.size()));
        }
        assertEquals("unregister 4000", events.get(2));
    }

    @Test
    void givenALookThatFailsWhenTheOptionIsRightLaterThenTheServiceComes() throws Exception {
        AtomicBoolean isMounted = new AtomicBoolean();
        Semaphore changes = new Semaphore(0);
        Function<OptionReader<Configuration>, Integer> reading = reader -> {
            looks.release();
            if (events.isEmpty()) {
                reader.reject("workers", "is not mounted");
            } else if (!isMounted.get()) {
                throw new OutOfMemoryError("for a test");
            }
            return 4;
        };
        try (PublishedOptions<Configuration, Integer> options = looking(4, reading)) {
            options.onChange(changes::release);
            assertTrue(looks.tryAcquire(3, 20, TimeUnit.SECONDS));
            isMounted.set(true);
            assertTrue(changes.tryAcquire(20, TimeUnit.SECONDS));

            assertEquals(4, options.inForce());
        }
        assertEquals(4, events.size(), events::toString);
        assertTrue(events.get(1).startsWith("options of org.example cannot be read for now: "), events::toString);
        assertEquals(List.of("register 4", "unregister 4"), events.subList(2, 4));
    }

    @Test
    void whenClosedItLooksForNothingAnyMore() throws Exception {
        PublishedOptions<Configuration, Integer> options = looking(7, PublishedOptionsTest::evenOrNothing);
        options.close();
        Thread timer = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ermine-options org.example"))
                .findFirst()
                .orElse(Thread.currentThread());
        if (timer != Thread.currentThread()) {
            timer.join(20_000);
            assertFalse(timer.isAlive());
        }
        assertEquals(1, events.size(), events::toString);
    }

    private static int evenOrNothing(OptionReader<Configuration> reader) {
        int workers = reader.integer(Configuration::workers);
        if (workers % 2 != 0) {
            reader.reject("workers", "is odd");
        }
        return workers;
    }

    @Test
    @DisplayName("ERM-18: given a number that an option cannot hold at the start, then the service has its default")
    void aNumberThatDoesNotFitAtTheStartHasItsDefault() {
        try (PublishedOptions<Configuration, Integer> options =
                options(1, Map.of("workers", 4294967297L), reader -> reader.integer(Configuration::workers))) {
            assertEquals(4, options.inForce());
            assertEquals(
                    1,
                    events.stream()
                            .filter(event -> event.contains("is 4294967297, not"))
                            .count(),
                    events::toString);
        }
    }

    @Test
    void onlyAChangeThatIsGoodAndMakesADifferenceReplacesTheService() {
        try (PublishedOptions<Configuration, Integer> options =
                options(2, Map.of(), reader -> reader.integer(Configuration::workers))) {
            options.change(new Workers(2), Map.of());
            options.change(new Workers(9), Map.of());
            options.change(new Workers(3), Map.of());
        }

        assertEquals(
                List.of(
                        "register 2",
                        "option workers of org.example is 9, not 1 to 8; what was in force before stays in force",
                        "unregister 2",
                        "register 3",
                        "unregister 3"),
                events);
    }
}
