// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names in bundles keep to the glossary: each thing has one name, and each name is of one thing. */
class GlossaryIT {

    /** Types whose method {@code invoke} is a contract. */
    private static final Set<String> INVOKED =
            Set.of("DriverContext", "NormalObject", "SecureChannel", "TeeObject", "TrustedObject");

    /** Names that keep an excluded word, for a reason that the glossary gives. */
    private static final Set<String> KEPT = Set.of(
            "bundles/kit/testing: Fault.Effect.DROP",
            "bundles/kit/testing: Fault.drop",
            "bundles/qcomtee: RootPolicy.OP_ADCI_SHUTDOWN");

    private static ExcludedWords excluded;
    private static List<DeclaredType> declared;

    @TempDir
    Path folder;

    @BeforeAll
    static void readAll() throws IOException {
        Path root =
                Path.of(System.getProperty("conformance.root")).toAbsolutePath().normalize();
        excluded = ExcludedWords.of(Files.readString(root.resolve("bundles/GLOSSARY.md")));
        declared = Declarations.in(root, sources(root));
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("bundles"))) {
            return files.filter(file -> isSource(root.relativize(file).toString()))
                    .toList();
        }
    }

    private static boolean isSource(String path) {
        return path.contains("/src/main/java/") && path.endsWith(".java") && !path.contains("archetype");
    }

    @Test
    @DisplayName("given the glossary and the sources of bundles, then words and classes are found")
    void somethingIsRead() {
        assertTrue(excluded.words().containsAll(Set.of("drop", "letGo", "put()", "users")), excluded::toString);
        assertTrue(declared.size() > 600, declared.size() + " classes are not all");
    }

    @Test
    @DisplayName(
            "given the names of packages, classes, methods and variables in bundles, then none has an excluded word")
    void namesKeepToTheGlossary() {
        Set<String> found = new TreeSet<>();
        declared.forEach(type -> excluded.in(type).forEach(name -> found.add(type.module() + ": " + name)));
        assertTrue(found.containsAll(KEPT), () -> "not all of " + KEPT + " are there any more: " + found);
        found.removeAll(KEPT);

        assertNone(found);
    }

    @Test
    @DisplayName("given the classes of bundles, then none is used in two bundles")
    void eachNameIsOfOneClass() {
        assertNone(twice(declared));
    }

    @Test
    @DisplayName("given the methods named invoke in bundles, then each belongs to a contract")
    void invokeIsAContract() {
        Set<String> found = new TreeSet<>();
        declared.forEach(type -> type.methods().stream()
                .filter(method -> method.name().equals("invoke") && !method.isOverride())
                .filter(method -> !INVOKED.contains(type.name()))
                .forEach(method -> found.add(type.module() + ": " + type.name())));

        assertNone(found);
    }

    private static void assertNone(Set<String> found) {
        assertEquals("", String.join("\n", found), "these do not keep to bundles/GLOSSARY.md");
    }

    @Test
    @DisplayName(
            "given names with an excluded word, then those are found that stand for it as a whole and are declared "
                    + "there")
    void excludedWordIsFound() throws IOException {
        ExcludedWords words = ExcludedWords.of(
                "| `first` | b | c |\n## Not used\n| a | b | c |\n| `drop`, `put()` | `letGo` | no |\n| `letGo` | a | "
                        + "b |");
        DeclaredType type = declare(
                "one",
                "package a.drop.b; class DropList { void drop() {} void dropped() {} void put() {} void put(int a) {}"
                        + " void toLetGoOf() {} void outlet() {}"
                        + " @Override void dropAll() {} void XMLDrop() {} class Inner { int ofDrop; } }");

        assertEquals(Set.of("drop", "letGo", "put()"), words.words());
        assertEquals(
                List.of(
                        "a.drop.b",
                        "DropList",
                        "DropList.drop",
                        "DropList.put",
                        "DropList.toLetGoOf",
                        "DropList.XMLDrop"),
                words.in(type));
    }

    @Test
    @DisplayName("given constants, fields, parameters and variables, then those with an excluded word are"
            + " found in their type")
    void excludedWordOfVariableIsFound() throws IOException {
        ExcludedWords words = ExcludedWords.of("\n## Not used\n| `drop` | b | c |\n");
        DeclaredType type = declare(
                "one",
                "class One { static final int MAX_DROP = 1; int dropper; One(int dropCount) {}"
                        + " void is(int drop, int dropped) { int toDrop; Runnable run = () -> { int inDrop; }; }"
                        + " static class Two { int ofDrop; } }");

        assertEquals(List.of("One.MAX_DROP", "One.drop", "One.dropCount", "One.inDrop", "One.toDrop"), words.in(type));
    }

    @Test
    @DisplayName("given classes of one name in two bundles, then the name is found; nested ones do not count")
    void nameOfTwoClassesIsFound() throws IOException {
        List<DeclaredType> types = List.of(
                declare("one", "public class Both { public static class Inner {} }"),
                declare("one/two", "class Both {}"),
                declare("one", "public class Own {}"),
                declare("one", "public class Own {}"),
                declare("two", "class Other { static class Own {} }"));

        assertEquals(Set.of("Both"), twice(types));
    }

    private static Set<String> twice(List<DeclaredType> types) {
        Map<String, Set<String>> modules = types.stream()
                .filter(type -> !type.isNested())
                .collect(Collectors.groupingBy(
                        DeclaredType::name,
                        TreeMap::new,
                        Collectors.mapping(DeclaredType::module, Collectors.toSet())));
        modules.values().removeIf(in -> in.size() < 2);
        return modules.keySet();
    }

    private DeclaredType declare(String module, String source) throws IOException {
        Path file = folder.resolve(module).resolve("src/main/java/Source.java");
        Files.createDirectories(file.getParent());
        return Declarations.in(folder, List.of(Files.writeString(file, source))).get(0);
    }
}
