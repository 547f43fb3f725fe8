// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.example.SumClient;
import org.example.SumService;
import org.example.hello.Hello;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;

/**
 * The clients that the pages show work in the set of bundles that a resolver assembles for them and in no larger one,
 * in whatever order these bundles start, and after each of them was restarted.
 */
class ExamplesIT {

    private static final String HELLO = Hello.class.getName();
    private static final String CLIENT = SumClient.class.getName();
    private static final String SERVICE = SumService.class.getName();

    /**
     * Those on which it depends whether the clients can work. All orders of these are tried, the others are there
     * before.
     */
    private static final List<String> ORDERED =
            List.of(ErmineBundles.CORE, ErmineBundles.EMULATOR, ErmineBundles.SUPPLICANT, ErmineBundles.MINK, SERVICE);

    /** All that the resolver adds, and the trusted service. */
    private static final List<String> NEEDED = List.of(
            ErmineBundles.SHM,
            ErmineBundles.CORE,
            ErmineBundles.QCOMTEE,
            ErmineBundles.EMULATOR,
            ErmineBundles.SUPPLICANT,
            ErmineBundles.MINK,
            SERVICE);

    private static final Pattern GREETING = Pattern.compile("QTEE has \\d+ bytes free\\R");

    @TempDir
    private static Path storage;

    private static final PrintStream TERMINAL = System.out;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
    private static EmbeddedFelix felix;

    @BeforeAll
    static void startAll() throws Exception {
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
        felix = EmbeddedFelix.start(storage);
        felix.install(ErmineBundles.API);
        felix.install(NEEDED.subList(0, NEEDED.size() - 1));
        for (ExampleBundle example : ExampleBundle.of(SumService.class, SumClient.class, Hello.class)) {
            example.install(felix.context());
        }
        for (Bundle bundle : all()) {
            bundle.start();
        }
        awaitWork();
    }

    @AfterAll
    static void stopAll() throws Exception {
        System.setOut(TERMINAL);
        felix.close();
    }

    private static List<Bundle> all() {
        return Stream.concat(NEEDED.stream(), Stream.of(CLIENT, HELLO))
                .map(felix::bundle)
                .toList();
    }

    static Stream<List<String>> orders() {
        return permutations(ORDERED);
    }

    private static Stream<List<String>> permutations(List<String> names) {
        return names.isEmpty()
                ? Stream.of(List.of())
                : names.stream()
                        .flatMap(first -> permutations(without(names, first))
                                .map(rest -> Stream.concat(Stream.of(first), rest.stream())
                                        .toList()));
    }

    private static List<String> without(List<String> names, String name) {
        List<String> others = new ArrayList<>(names);
        others.remove(name);
        return others;
    }

    @Test
    @DisplayName("given the bundles that bnd's resolver names for a client, then those here are no others")
    void nothingIsHereThatTheResolverDoesNotBring() throws Exception {
        Set<String> resolved = new TreeSet<>();
        Files.readString(Path.of("../karaf/client.bndrun"))
                .lines()
                .dropWhile(line -> !line.startsWith("-runbundles"))
                .map(line -> line.strip().split(";")[0])
                .filter(name -> name.startsWith("org.ermine.tee.") && !name.contains(".itests."))
                .forEach(resolved::add);
        Set<String> here = new TreeSet<>(NEEDED);
        here.remove(SERVICE);
        here.add(ErmineBundles.API);
        assertEquals(resolved, here);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    @DisplayName("ERM-17: given clients that were there first, when what they need starts in any order, then they work")
    void clientsThatAreFirst(List<String> order) throws Exception {
        stop(order);
        PRINTED.reset();
        start(order);
        awaitWork();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    @DisplayName("ERM-17: given all that clients need in any order, when they start last, then they work")
    void clientsThatAreLast(List<String> order) throws Exception {
        stop(List.of(CLIENT, HELLO));
        stop(order);
        PRINTED.reset();
        start(order);
        start(List.of(CLIENT, HELLO));
        awaitWork();
    }

    static Stream<String> needed() {
        return NEEDED.stream();
    }

    @ParameterizedTest
    @MethodSource("needed")
    @DisplayName(
            "ERM-17: given clients at work, when a bundle that they need is restarted, then they work with it again")
    void eachIsRestarted(String name) throws Exception {
        Object before = sumClient();
        stop(List.of(name));
        Await.none("no client works without " + name, () -> works(before) ? "one works" : "");
        start(List.of(name));
        awaitWork();
    }

    @Test
    @DisplayName("given a client of a trusted service, when that is updated, then the client works with the new one")
    void theServiceIsUpdated() throws Exception {
        try (InputStream content = new ExampleBundle(SumService.class).content()) {
            felix.bundle(SERVICE).update(content);
        }
        awaitWork();
    }

    private static void stop(List<String> names) throws Exception {
        for (String name : names) {
            felix.bundle(name).stop();
        }
    }

    private static void start(List<String> names) throws Exception {
        for (String name : names) {
            felix.bundle(name).start();
        }
    }

    private static void awaitWork() {
        Await.none("both clients work", () -> {
            if (!GREETING.matcher(PRINTED.toString(StandardCharsets.UTF_8)).find()) {
                return "no greeting";
            }
            return works(sumClient()) ? "" : "no sum";
        });
    }

    /** The present service, or null. */
    private static Object sumClient() {
        return felix.serviceOfBundles(CLIENT);
    }

    private static boolean works(Object client) {
        if (client == null) {
            return false;
        }
        try {
            return client.getClass()
                    .getMethod("sum", int.class, int.class)
                    .invoke(client, 40, 2)
                    .equals(42);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
