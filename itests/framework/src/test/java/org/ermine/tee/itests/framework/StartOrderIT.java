// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;

/** The order in which bundles start and stop does not matter. */
class StartOrderIT {

    /**
     * Orders of all bundles that are tried, of 14! = 87,178,291,200; each in a framework that never saw them before.
     */
    private static final int SAMPLE = 10;

    private static final long SEED = Long.getLong("ermine.seed", 20_260_101);

    @TempDir
    private static Path sharedStorage;

    private static EmbeddedFelix shared;

    @BeforeAll
    static void startAll() throws Exception {
        shared = EmbeddedFelix.start(sharedStorage);
        shared.install(List.of(ErmineBundles.API, ErmineBundles.MINK));
        start(shared.install(ErmineBundles.PATH));
        shared.install(WorkingClient.bundle()).start();
        awaitWork(shared);
    }

    @AfterAll
    static void stopAll() throws Exception {
        shared.close();
    }

    static Stream<List<String>> ordersOfThePath() {
        return permutations(ErmineBundles.PATH);
    }

    private static Stream<List<String>> permutations(List<String> names) {
        if (names.isEmpty()) {
            return Stream.of(List.of());
        }
        return names.stream().flatMap(first -> {
            List<String> others = new ArrayList<>(names);
            others.remove(first);
            return permutations(others).map(rest -> {
                List<String> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                return order;
            });
        });
    }

    static Stream<List<String>> someOrdersOfAll() {
        Random random = new Random(SEED);
        return Stream.generate(() -> {
                    List<String> order = new ArrayList<>(ErmineBundles.ALL);
                    order.add("org.apache.felix.gogo.runtime");
                    Collections.shuffle(order, random);
                    return order;
                })
                .limit(SAMPLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ordersOfThePath")
    @DisplayName("ERM-17: clients work, whatever the order in which the bundles of the path stop and start again")
    void anyOrderOfThePath(List<String> order) throws Exception {
        List<Bundle> bundles = order.stream().map(shared::bundle).toList();
        for (Bundle bundle : bundles) {
            bundle.stop();
        }
        Await.none("threads of bundles that are stopped", Threads::ofErmine);
        assertNotEquals("", work(shared), "what a client hears without the bundles");
        start(bundles);
        awaitWork(shared);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("someOrdersOfAll")
    @DisplayName("ERM-17: clients work, whatever the order in which all bundles are installed and start")
    void anyOrderOfAll(List<String> order, @TempDir Path storage) throws Exception {
        try (EmbeddedFelix felix = EmbeddedFelix.start(storage)) {
            start(felix.install(order));
            felix.install(WorkingClient.bundle()).start();
            awaitWork(felix);
        }
    }

    private static void start(List<Bundle> bundles) throws Exception {
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    private static void awaitWork(EmbeddedFelix felix) {
        Await.none("the client works", () -> work(felix));
    }

    private static Object work(EmbeddedFelix felix) {
        try {
            return felix.service(Callable.class).call();
        } catch (Exception e) {
            return e;
        }
    }
}
