// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;

/**
 * A system that lacks nothing looks so: of whichever parts it is made, no component waits for what belongs to a part
 * that nobody has installed.
 */
class HealthyLookIT {

    private static final String SHELL = "org.ermine.tee.shell";
    private static final String GOGO = "org.apache.felix.gogo.runtime";
    private static final String COMMANDS = "org.ermine.tee.shell.command.Commands";

    /** Parts that can be chosen, each with the parts that it cannot do without, which stand before it. */
    private static final Map<String, List<String>> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put(ErmineBundles.API, List.of());
        PARTS.put(ErmineBundles.SHM, List.of(ErmineBundles.API));
        PARTS.put(ErmineBundles.CORE, List.of(ErmineBundles.SHM));
        PARTS.put(ErmineBundles.PERMISSIONS, List.of(ErmineBundles.API));
        PARTS.put(ErmineBundles.MINK, List.of(ErmineBundles.CORE));
        PARTS.put(ErmineBundles.SUPPLICANT, List.of(ErmineBundles.MINK));
        PARTS.put("org.ermine.tee.supplicant.time", List.of(ErmineBundles.SUPPLICANT));
        PARTS.put(ErmineBundles.GPFS, List.of(ErmineBundles.SUPPLICANT));
        PARTS.put(ErmineBundles.EMULATOR, List.of(ErmineBundles.CORE));
        PARTS.put(ErmineBundles.QCOMTEE, List.of(ErmineBundles.EMULATOR));
        PARTS.put(ErmineBundles.TA, List.of(ErmineBundles.EMULATOR));
        PARTS.put(
                ErmineBundles.CLIENT,
                List.of(ErmineBundles.TA, ErmineBundles.GPFS, ErmineBundles.QCOMTEE, ErmineBundles.MINK));
        PARTS.put(GOGO, List.of());
        PARTS.put(SHELL, List.of(GOGO, ErmineBundles.SUPPLICANT));
        PARTS.put("HdrHistogram", List.of());
        PARTS.put("org.ermine.tee.statistics", List.of(ErmineBundles.CORE, "HdrHistogram"));
        PARTS.put("jackson-core", List.of());
        PARTS.put("org.ermine.tee.monitor", List.of(ErmineBundles.CORE, "jackson-core"));
        PARTS.put("org.apache.felix.eventadmin", List.of());
        PARTS.put("org.ermine.tee.monitor.events", List.of(ErmineBundles.CORE, "org.apache.felix.eventadmin"));
        PARTS.put("org.osgi.service.log", List.of());
        PARTS.put("org.apache.felix.inventory", List.of("org.osgi.service.log"));
        PARTS.put("org.ermine.tee.monitor.inventory", List.of("org.ermine.tee.monitor", "org.apache.felix.inventory"));
        PARTS.put("org.ermine.tee.monitor.jmx", List.of(ErmineBundles.CORE));
        PARTS.put("org.ermine.tee.webconsole", List.of("org.ermine.tee.monitor"));
    }

    private static void add(Set<String> chosen, String part) {
        PARTS.get(part).forEach(needed -> add(chosen, needed));
        chosen.add(part);
    }

    static Stream<Set<String>> chosen() {
        List<Set<String>> all = new ArrayList<>();
        for (String part : PARTS.keySet()) {
            Set<String> alone = new LinkedHashSet<>();
            add(alone, part);
            all.add(alone);
            all.add(allWithout(part));
        }
        all.add(PARTS.keySet());
        return all.stream().distinct().filter(parts -> parts.contains(ErmineBundles.API));
    }

    /** Without that part, and without those that cannot do without it. */
    private static Set<String> allWithout(String left) {
        Set<String> others = new LinkedHashSet<>();
        for (String part : PARTS.keySet()) {
            Set<String> needed = new LinkedHashSet<>();
            add(needed, part);
            if (!needed.contains(left)) {
                others.add(part);
            }
        }
        return others;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chosen")
    @DisplayName("given parts that can do without the others, when they have started, then no component waits")
    void noComponentWaits(Set<String> parts, @TempDir Path storage) throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            for (Bundle bundle : felix.install(List.copyOf(parts))) {
                bundle.start();
            }
            Await.none("components that wait", new DeclaredComponents(felix)::unhappy);
        }
    }

    @Test
    @DisplayName("given a component that waits for a part that is not there, then it is found")
    void aWaitingComponentIsFound(@TempDir Path storage) throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            felix.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
            felix.install(ErmineBundles.SUPPLICANT).start();

            assertTrue(!new DeclaredComponents(felix).unhappy().isEmpty());
        }
    }

    @Test
    @DisplayName(
            "given a shell that was there first, when it is refreshed, then commands come and go with sealed storage")
    void commandsComeAndGo(@TempDir Path storage) throws Exception {
        Set<String> shell = new LinkedHashSet<>();
        add(shell, SHELL);
        Set<String> later = new LinkedHashSet<>();
        add(later, ErmineBundles.CLIENT);
        later.removeAll(shell);
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            for (Bundle bundle : felix.install(List.copyOf(shell))) {
                bundle.start();
            }
            DeclaredComponents components = new DeclaredComponents(felix);
            Await.none("components that wait", components::unhappy);
            int without = commands(felix);
            for (Bundle bundle : felix.install(List.copyOf(later))) {
                bundle.start();
            }
            Await.none("components that wait", components::unhappy);
            assertEquals(without, commands(felix));
            felix.refresh(felix.bundle(SHELL));
            awaitCommands(felix, without + 3);
            for (int round = 0; round < 3; round++) {
                felix.bundle(ErmineBundles.CLIENT).stop();
                awaitCommands(felix, without);
                Await.none("components that wait", components::unhappy);
                felix.bundle(ErmineBundles.CLIENT).start();
                awaitCommands(felix, without + 3);
            }
            felix.bundle(SHELL).stop();
            assertEquals(0, commands(felix));
        }
    }

    private static int commands(EmbeddedFelix felix) throws Exception {
        var references = felix.context().getAllServiceReferences(COMMANDS, null);
        return references == null ? 0 : references.length;
    }

    private static void awaitCommands(EmbeddedFelix felix, int expected) {
        Await.none(expected + " components with commands", () -> {
            try {
                int found = commands(felix);
                return found == expected ? "" : found;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
