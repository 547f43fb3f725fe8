// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Which classes of one bundle refer to which others of it, as {@code jdeps} finds in what was compiled. A class is one
 * that has a source file: those nested in it count as itself. What is embedded in the bundle, and has no source here,
 * does not count.
 *
 * @param classes by package, both by their full names
 * @param arrows from each class to the others of the bundle that it refers to
 * @param reasons packages whose package-info says why they have more than {@value #MOST_CLASSES} classes
 * @param described packages that have a package-info
 */
record BundleStructure(
        Map<String, Set<String>> classes, Map<String, Set<String>> arrows, Set<String> reasons, Set<String> described) {

    /** So many classes a package may have without a reason. */
    static final int MOST_CLASSES = 16;

    /** So many classes of a package may need each other. */
    static final int LARGEST_CIRCLE = 3;

    private static final String SOURCES = "src/main/java";
    private static final String PACKAGE_INFO = "package-info";
    private static final Pattern REASON =
            Pattern.compile("More than " + MOST_CLASSES + " classes,? (since|because|as) ");
    private static final Pattern ARROW = Pattern.compile("\\s+(\\S+)\\s+-> (\\S+)\\s.*");

    /** Reads a module that has been compiled. */
    static BundleStructure read(Path module) throws IOException {
        Map<String, Set<String>> classes = new TreeMap<>();
        Set<String> reasons = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (Path source : sources(module.resolve(SOURCES))) {
            String name = name(module.resolve(SOURCES), source);
            String inPackage = name.substring(0, name.lastIndexOf('.'));
            if (name.endsWith("." + PACKAGE_INFO)) {
                described.add(inPackage);
                if (REASON.matcher(text(source)).find()) {
                    reasons.add(inPackage);
                }
            } else {
                classes.computeIfAbsent(inPackage, none -> new TreeSet<>()).add(name);
            }
        }
        return new BundleStructure(classes, arrows(module.resolve("target/classes"), classes), reasons, described);
    }

    /** The modules below a folder that have been compiled, by their paths. */
    static Map<String, Path> modules(Path root) throws IOException {
        Map<String, Path> modules = new TreeMap<>();
        for (String part : List.of("bundles", "runtime")) {
            try (Stream<Path> files = Files.walk(root.resolve(part), 3)) {
                files.filter(folder -> Files.isDirectory(folder.resolve(SOURCES))
                                && Files.isDirectory(folder.resolve("target/classes")))
                        .forEach(folder -> modules.put(root.relativize(folder).toString(), folder));
            }
        }
        return modules;
    }

    /** Circles between packages, the largest first. */
    List<Set<String>> packageCircles() {
        Map<String, Set<String>> between = new TreeMap<>();
        arrows.forEach((from, all) -> all.forEach(to -> {
            if (!packageOf(from).equals(packageOf(to))) {
                between.computeIfAbsent(packageOf(from), none -> new TreeSet<>())
                        .add(packageOf(to));
            }
        }));
        return Circles.of(between);
    }

    /** Circles between the classes of one package, the largest first. */
    List<Set<String>> classCircles() {
        Map<String, Set<String>> within = new TreeMap<>();
        arrows.forEach((from, all) -> {
            Set<String> near = new TreeSet<>(all);
            near.removeIf(to -> !packageOf(from).equals(packageOf(to)));
            within.put(from, near);
        });
        return Circles.of(within);
    }

    /** Packages that have more classes than they may without a reason, and have none. */
    Set<String> crowded() {
        Set<String> crowded = new TreeSet<>();
        classes.forEach((name, members) -> {
            if (members.size() > MOST_CLASSES && !reasons.contains(name)) {
                crowded.add(name);
            }
        });
        return crowded;
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String name(Path folder, Path source) {
        String path = folder.relativize(source).toString();
        return path.substring(0, path.length() - ".java".length())
                .replace(source.getFileSystem().getSeparator(), ".");
    }

    /** The text in one line, without the margin of a comment. */
    private static String text(Path source) throws IOException {
        return Files.readString(source).replaceAll("\\s+(\\*\\s+)?", " ");
    }

    private static Map<String, Set<String>> arrows(Path compiled, Map<String, Set<String>> classes) throws IOException {
        Set<String> known = new TreeSet<>();
        classes.values().forEach(known::addAll);
        Map<String, Set<String>> arrows = new TreeMap<>();
        known.forEach(name -> arrows.put(name, new TreeSet<>()));
        for (String line : jdeps(compiled).lines().toList()) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.matches()) {
                String from = outermost(arrow.group(1));
                String to = outermost(arrow.group(2));
                if (known.contains(from) && known.contains(to) && !from.equals(to)) {
                    arrows.get(from).add(to);
                }
            }
        }
        return arrows;
    }

    private static String outermost(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static String jdeps(Path compiled) throws IOException {
        ToolProvider jdeps =
                ToolProvider.findFirst("jdeps").orElseThrow(() -> new IOException("this JDK has no jdeps"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int result = jdeps.run(
                new PrintWriter(out), new PrintWriter(err), "-verbose:class", "-filter:none", compiled.toString());
        if (result != 0) {
            throw new IOException("jdeps " + compiled + " ended with " + result + ": " + err + out);
        }
        return out.toString();
    }
}
