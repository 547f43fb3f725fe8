// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.LocalServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * The TEE in memory, whose components are put together without a framework, announces what the same components announce
 * in one: a client that chooses by a property finds the same in its tests as where it runs.
 */
class AnnouncedServicesIT {

    /** Services that tests deploy, and the kit has one of its own, and what tells clients of them. */
    private static final List<String> DEPLOYED =
            List.of("org.ermine.tee.trusted.TrustedApplication", "org.ermine.tee.trusted.OpenableService");

    @TempDir
    private Path storage;

    @Test
    void theTeeInMemoryAnnouncesWhatTheRealComponentsDo() throws Exception {
        Set<String> real = inAFramework();
        Set<String> local = inMemory();

        assertEquals(String.join("\n", real), String.join("\n", local));
    }

    private Set<String> inAFramework() throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
            for (var bundle : felix.install(ErmineBundles.PERMISSIONS_PATH)) {
                bundle.start();
            }
            Await.none("callbacks are served", () -> servesCallbacks(all(felix)) ? "" : all(felix));
            return all(felix);
        }
    }

    private static Set<String> all(EmbeddedFelix felix) {
        return announced(Arrays.stream(felix.context().getBundles())
                .filter(bundle -> bundle.getRegisteredServices() != null)
                .flatMap(bundle -> Arrays.stream(bundle.getRegisteredServices()))
                .toList());
    }

    private static Set<String> inMemory() {
        try (InMemoryTee tee = InMemoryTee.start()) {
            tee.await("callbacks are served", () -> servesCallbacks(announced(LocalServices.of(tee))));
            Set<String> announced = announced(LocalServices.of(tee));
            announced.removeIf(service -> DEPLOYED.stream().anyMatch(service::startsWith));
            return announced;
        }
    }

    private static boolean servesCallbacks(Set<String> announced) {
        return announced.stream().anyMatch(service -> service.contains("tee.servesCallbacks=true"));
    }

    /** The services of Ermine's public types, each with what it says of itself. */
    private static Set<String> announced(Collection<? extends ServiceReference<?>> services) {
        Set<String> announced = new TreeSet<>();
        for (ServiceReference<?> service : services) {
            for (String type : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
                if (type.startsWith("org.ermine.")
                        && !type.contains(".impl.")
                        && !type.contains(".core.permissions.")) {
                    announced.add(type + " " + properties(service));
                }
            }
        }
        return announced;
    }

    /** Without those that a framework adds, and options, whose names have no dot. */
    private static Map<String, Object> properties(ServiceReference<?> service) {
        Map<String, Object> properties = new TreeMap<>();
        for (String key : service.getPropertyKeys()) {
            boolean ofTheFramework = key.matches("service\\.(id|bundleid|scope|pid)|component\\..*|.*\\.target");
            if (key.contains(".") && !ofTheFramework) {
                properties.put(key, service.getProperty(key));
            }
        }
        for (String count : List.of(Constants.SERVICE_CHANGECOUNT, TeeRuntime.SERVICES_CHANGECOUNT)) {
            properties.computeIfPresent(count, (key, value) -> value.getClass());
        }
        return properties;
    }
}
