// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import org.ermine.tee.embedded.options.TestedOptions;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** When core is observed: while statistics are wanted, or a recording is running. */
@Timeout(60)
class ObservationTest {

    private final TestedOptions<StatisticsConfiguration, Settings> options =
            new TestedOptions<>(StatisticsConfiguration.PID, StatisticsConfiguration.class, Settings::read);
    private final List<String> events = new ArrayList<>();
    private Object registered;

    private final BundleContext bundle = Fake.of(BundleContext.class, (self, method, arguments) -> {
        if (!method.getName().equals("registerService")) {
            throw Fake.unsupported(method);
        }
        events.add("register " + Arrays.toString((String[]) arguments[0]));
        registered = arguments[1];
        return Fake.of(ServiceRegistration.class, (registration, called, none) -> {
            events.add(called.getName());
            registered = null;
            return null;
        });
    });

    private Observation observation;

    private void activate(Map<String, Object> configured) {
        observation = new Observation(bundle, options.with(configured), configured);
    }

    private void configure(Map<String, Object> configured) {
        observation.modified(options.with(configured), configured);
    }

    @AfterEach
    void deactivate() throws Exception {
        observation.deactivate();
        assertNull(registered, "it observes though its bundle has stopped");
    }

    private StatisticsDTO told() {
        RuntimeDTO runtime = new RuntimeDTO();
        ((RuntimeContributor) registered).contribute(runtime);
        return runtime.statistics;
    }

    @Test
    @DisplayName(
            "given no configuration, then core is observed, by both services, and one in 64 invocations is measured")
    void observesByDefault() {
        activate(Map.of());

        assertEquals(
                List.of("register [" + TeeObserver.class.getName() + ", " + RuntimeContributor.class.getName() + "]"),
                events);
        assertEquals(64, ((TeeObserver) registered).sampling());
        assertEquals(64, told().sampling);
    }

    @Test
    @DisplayName("given statistics, when they are switched off and on, then they begin anew, and core is not observed"
            + " in between")
    void switchedOffAndOn() {
        activate(Map.of());
        TeeObserver observer = (TeeObserver) registered;
        observer.end(
                Activity.INVOCATION,
                null,
                new TeeObserver.Source("one", 1, "a", 2),
                new TeeObserver.Ended(1, 0, 5, -1, 0));
        assertEquals(1, told().latencies.length);

        configure(Map.of("enabled", "false"));
        assertNull(registered);
        configure(Map.of("sampling", 1));

        assertEquals(0, told().latencies.length);
        assertEquals(1, told().sampling);
        assertEquals(3, events.size(), events::toString);
    }

    @Test
    @DisplayName("given statistics that are switched off, then core is observed while a recording is running, for its"
            + " events alone")
    void observesForARecording() {
        activate(Map.of("enabled", "false"));
        assertEquals(List.of(), events);
        try (Recording recording = new Recording()) {
            recording.enable("org.ermine.tee.Callback");
            recording.start();

            assertNotNull(((TeeObserver) registered).begin(Activity.CALLBACK));
            assertNull(told());
            recording.stop();
            assertNull(registered);
        }
    }

    @Test
    @DisplayName(
            "given a recording that is running when the bundle stops, then core is observed no more, and a recording"
                    + " that begins later changes nothing")
    void stopsInTheCourseOfARecording() throws Exception {
        activate(Map.of());
        try (Recording recording = new Recording()) {
            recording.start();
            observation.deactivate();
        }
        assertNull(registered);
        try (Recording later = new Recording()) {
            later.start();
        }
        assertNull(registered);
        assertEquals(2, events.size(), events::toString);
    }

    @Test
    @DisplayName("given options that are wrong, then each is told by name and range, and what is in force stays")
    void wrongOptions() {
        activate(Map.of());
        configure(Map.of("sampling", 0));
        configure(Map.of("enabled", "perhaps"));

        assertEquals(64, told().sampling);
        assertEquals(1, events.size(), events::toString);
        options.assertRanges();
    }
}
