// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class PublishedOptionsTest {

    /** What came and went, in order. */
    private final List<String> events = new ArrayList<>();

    private final BundleContext bundle = (BundleContext) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                assertEquals("registerService", method.getName());
                assertEquals(Integer.class, arguments[0]);
                events.add("register " + arguments[1]);
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
        return (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, none) -> {
                    assertEquals("unregister", method.getName());
                    events.add("unregister " + service);
                    return null;
                });
    }

    @Test
    void an_option_without_a_substitute_keeps_the_service_away_until_it_is_right() {
        try (PublishedOptions<Configuration, Integer> options = new PublishedOptions<>(
                bundle,
                "org.example",
                Configuration.class,
                new Workers(9),
                Integer.class,
                PublishedOptionsTest::evenOrNothing,
                events::add)) {
            assertEquals(1, events.size());
            assertTrue(events.get(0).startsWith("option workers of org.example is odd; "), events::toString);
            options.change(new Workers(2));
        }

        assertEquals(List.of("register 2", "unregister 2"), events.subList(1, events.size()));
    }

    private static int evenOrNothing(OptionReader<Configuration> reader) {
        int workers = reader.integer("workers", Configuration::workers, 1, 9);
        if (workers % 2 != 0) {
            reader.reject("workers", "is odd");
        }
        return workers;
    }

    @Test
    void only_a_change_that_is_good_and_makes_a_difference_replaces_the_service() {
        try (PublishedOptions<Configuration, Integer> options = new PublishedOptions<>(
                bundle,
                "org.example",
                Configuration.class,
                new Workers(2),
                Integer.class,
                reader -> reader.integer("workers", Configuration::workers, 1, 8),
                events::add)) {
            options.change(new Workers(2));
            options.change(new Workers(9));
            options.change(new Workers(3));
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
