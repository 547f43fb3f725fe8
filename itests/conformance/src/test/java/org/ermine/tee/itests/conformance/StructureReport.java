// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints the structure of a checkout that has been compiled as tables, so that two can be compared. */
final class StructureReport {

    private static final String SOURCES = "src/main/java";

    private final Map<String, Path> modules;
    private final Map<String, BundleStructure> structures = new TreeMap<>();

    private StructureReport(Path root) throws IOException {
        modules = BundleStructure.modules(root);
        for (Map.Entry<String, Path> module : modules.entrySet()) {
            structures.put(module.getKey(), BundleStructure.read(module.getValue()));
        }
    }

    /** @param arguments the folder of the checkout */
    public static void main(String[] arguments) throws IOException {
        StructureReport report =
                new StructureReport(Path.of(arguments[0]).toAbsolutePath().normalize());
        report.printBundles();
        report.printPackages();
        report.printCircles();
    }

    private void printBundles() throws IOException {
        System.out.println("| bundle | classes | packages | largest package | circles between packages"
                + " | classes in circles of more than three | lines | lines of code | repeated |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        Repetitions everywhere = new Repetitions();
        int[] sums = new int[3];
        for (Map.Entry<String, Path> module : modules.entrySet()) {
            BundleStructure structure = structures.get(module.getKey());
            Repetitions within = new Repetitions();
            int lines = 0;
            int codeLines = 0;
            for (String source : sources(module.getValue())) {
                List<String> code = code(source);
                within.add(code);
                everywhere.add(code);
                lines += (int) source.lines().count();
                codeLines += code.size();
            }
            int classes =
                    structure.classes().values().stream().mapToInt(Set::size).sum();
            System.out.printf(
                    "| %s | %d | %d | %d | %d | %d | %d | %d | %d |%n",
                    module.getKey(),
                    classes,
                    structure.classes().size(),
                    structure.classes().values().stream()
                            .mapToInt(Set::size)
                            .max()
                            .orElse(0),
                    structure.packageCircles().size(),
                    inLargeCircles(structure),
                    lines,
                    codeLines,
                    within.lines());
            sums[0] += classes;
            sums[1] += lines;
            sums[2] += codeLines;
        }
        System.out.printf("| all | %d | | | | | %d | %d | %d |%n%n", sums[0], sums[1], sums[2], everywhere.lines());
    }

    private void printPackages() {
        System.out.println("| package | classes |");
        System.out.println("|---|---:|");
        structures.forEach((module, structure) -> structure
                .classes()
                .forEach((name, classes) -> System.out.printf("| %s: %s | %d |%n", module, name, classes.size())));
        System.out.println();
    }

    private void printCircles() {
        System.out.println("| circle in | classes | which |");
        System.out.println("|---|---:|---|");
        structures.forEach((module, structure) -> {
            structure.packageCircles().forEach(circle -> printCircle(module, "packages", circle));
            structure.classCircles().forEach(circle -> printCircle(module, "", circle));
        });
    }

    private static void printCircle(String module, String what, Set<String> circle) {
        String members = circle.stream()
                .map(name -> what.isEmpty() ? name.substring(name.lastIndexOf('.') + 1) : name)
                .collect(Collectors.joining(" "));
        System.out.printf("| %s | %d %s | %s |%n", module, circle.size(), what, members);
    }

    private static int inLargeCircles(BundleStructure structure) {
        return structure.classCircles().stream()
                .mapToInt(Set::size)
                .filter(size -> size > BundleStructure.LARGEST_CIRCLE)
                .sum();
    }

    private static List<String> sources(Path module) throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(module.resolve(SOURCES))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                sources.add(Files.readString(file));
            }
        }
        return sources;
    }

    /** The lines of a source that are code, without the space around them; imports are none. */
    private static List<String> code(String source) {
        return MainSources.withoutComments(source)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("import ") && !line.startsWith("//"))
                .toList();
    }
}
