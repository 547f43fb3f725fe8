// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packages of what is deployed: each is a concept, so that there is no circle between those of one bundle, no more
 * than three classes of one need each other, none has more than sixteen without a reason, and each says in its
 * package-info what it is.
 */
class StructureIT {

    private static final Map<String, BundleStructure> DEPLOYED = new TreeMap<>();

    @TempDir
    Path module;

    /**
     * How a module departs from the rule.
     *
     * @param circles how many classes each circle has that has too many, the largest first
     * @param crowded how many classes each package has that has too many without a reason, the largest first
     */
    private record Departure(List<Integer> circles, List<Integer> crowded) {

        static Departure of(BundleStructure structure) {
            return new Departure(
                    structure.classCircles().stream()
                            .map(Set::size)
                            .filter(size -> size > BundleStructure.LARGEST_CIRCLE)
                            .toList(),
                    structure.crowded().stream()
                            .map(name -> structure.classes().get(name).size())
                            .sorted((one, other) -> other - one)
                            .toList());
        }

        Departure crowded(Integer... sizes) {
            return new Departure(circles, List.of(sizes));
        }

        boolean isNone() {
            return circles.isEmpty() && crowded.isEmpty();
        }
    }

    private static Departure circles(Integer... sizes) {
        return new Departure(List.of(sizes), List.of());
    }

    @BeforeAll
    static void readAll() throws IOException {
        Map<String, Path> modules = BundleStructure.modules(
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize());
        for (Map.Entry<String, Path> each : modules.entrySet()) {
            DEPLOYED.put(each.getKey(), BundleStructure.read(each.getValue()));
        }
    }

    @Test
    @DisplayName("given what is deployed, then every bundle is there, with its arrows")
    void nothingIsLeftOut() {
        assertTrue(DEPLOYED.size() >= 17, DEPLOYED.keySet() + " are not all");
        DEPLOYED.forEach((name, structure) -> assertTrue(
                structure.classes().values().stream().mapToInt(Set::size).sum() == 1
                        || structure.arrows().values().stream().anyMatch(to -> !to.isEmpty()),
                name + " has no arrows: its classes are not where they are looked for"));
    }

    @Test
    @DisplayName("given what is deployed, then there is no circle between the packages of a bundle")
    void noCircleBetweenPackages() {
        Map<String, List<Set<String>>> circles = new TreeMap<>();
        DEPLOYED.forEach((name, structure) -> circles.put(name, structure.packageCircles()));
        circles.values().removeIf(List::isEmpty);

        assertEquals(Map.of(), circles);
    }

    @Test
    @DisplayName("given what is deployed, then no module has a larger circle or a larger package without a reason")
    void noLargeCircleAndNoCrowdedPackage() {
        Map<String, Departure> found = new TreeMap<>();
        DEPLOYED.forEach((name, structure) -> found.put(name, Departure.of(structure)));
        found.values().removeIf(Departure::isNone);

        assertEquals("", lines(found));
    }

    @Test
    @DisplayName("given what is deployed, then each package has a package-info")
    void eachPackageIsDescribed() {
        Set<String> undescribed = new TreeSet<>();
        DEPLOYED.values()
                .forEach(structure -> undescribed.addAll(structure.classes().keySet()));
        DEPLOYED.values().forEach(structure -> undescribed.removeAll(structure.described()));

        assertEquals(Set.of(), undescribed);
    }

    @Test
    @DisplayName("given four classes that need each other, also in a nested class and a constant, then they are found; "
            + "three are not")
    void circleOfFourIsFound() throws IOException {
        source("one.First", "class First { Second next; }");
        source("one.Second", "class Second { static class Inner { Third next() { return null; } } }");
        source("one.Third", "class Third { int next = Fourth.VALUE; }");
        source(
                "one.Fourth",
                "class Fourth { static final int VALUE = 4; boolean is(Object o) { return o instanceof First; } }");
        source("two.First", "class First { Second next; }");
        source("two.Second", "class Second extends Third {}");
        source("two.Third", "class Third { void next(First first) {} }");
        BundleStructure structure = compile();

        assertEquals(circles(4), Departure.of(structure));
        assertEquals(List.of(), structure.packageCircles());
        assertEquals(
                List.of(
                        Set.of("one.First", "one.Second", "one.Third", "one.Fourth"),
                        Set.of("two.First", "two.Second", "two.Third")),
                structure.classCircles());
    }

    @Test
    @DisplayName("given packages that need each other by classes that do not, then they are found")
    void circleOfPackagesIsFound() throws IOException {
        source("one.First", "public class First { two.Second next; }");
        source("one.Other", "public class Other {}");
        source("two.Second", "public class Second {}");
        source("two.Other", "public class Other { three.Third next; }");
        source("three.Third", "public class Third { one.Other next; }");
        BundleStructure structure = compile();

        assertEquals(List.of(Set.of("one", "two", "three")), structure.packageCircles());
        assertEquals(List.of(), structure.classCircles());
    }

    @Test
    @DisplayName("given packages of 16 and 17 classes, then the larger one is found, unless its package-info says why")
    void crowdedPackageIsFound() throws IOException {
        classes("sixteen", 16);
        classes("seventeen", 17);
        classes("explained", 17);
        source("seventeen.package-info", "/** More of something. */");
        source("explained.package-info", "/** Things.\n * More than 16\n * classes, since there are so many. */");
        BundleStructure structure = compile();

        assertEquals(circles().crowded(17), Departure.of(structure));
        assertEquals(Set.of("seventeen"), structure.crowded());
        assertEquals(Set.of("seventeen", "explained"), structure.described());
    }

    private void classes(String inPackage, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            source(inPackage + ".Class" + i, "class Class" + i + " { class Inner {} }");
        }
    }

    /** A comment of a package-info stands before the package. */
    private void source(String name, String text) throws IOException {
        int dot = name.lastIndexOf('.');
        String statement = "package " + name.substring(0, dot) + ";\n";
        Path folder = module.resolve("src/main/java").resolve(name.substring(0, dot));
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(name.substring(dot + 1) + ".java"),
                text.startsWith("/*") ? text + "\n" + statement : statement + text);
    }

    private BundleStructure compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createDirectories(module.resolve("target/classes"));
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
        try (var files = Files.walk(module.resolve("src"))) {
            files.filter(Files::isRegularFile).forEach(file -> arguments.add(file.toString()));
        }
        assertEquals(0, compiler.run(null, null, null, arguments.toArray(new String[0])));
        return BundleStructure.read(module);
    }

    private static String lines(Map<String, Departure> departures) {
        return departures.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining("\n"));
    }
}
