// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs groups of benchmarks in JVMs of their own, in shuffled order, and writes what they showed as JSON and as
 * Markdown.
 */
public final class Benchmarks {

    private static final long GROUP_MINUTES = 30;

    private final Plan plan;
    private final Path output;
    private final Random random;

    private record Run(Class<?> group, List<String> names, int fork) {}

    Benchmarks(Plan plan, Path output, long seed) {
        this.plan = plan;
        this.output = output;
        this.random = new Random(seed);
    }

    /**
     * Arguments: {@code [pattern] [--forks N] [--warmups N] [--iterations N] [--millis N] [--output folder]}. The
     * pattern is a regular expression that is looked for in {@code Group.benchmark}; without one all are run.
     */
    public static void main(String[] args) throws Exception {
        CommandLine line = CommandLine.parse(args);
        List<Measurement> measurements = new Benchmarks(line.plan(), line.output(), line.seed())
                .run(Selection.matching(line.pattern(), groups()));
        System.out.println(report(measurements));
    }

    /** Measures what is selected. */
    List<Measurement> run(Selection selection) throws IOException, InterruptedException {
        Files.createDirectories(output);
        List<Run> runs = runs(selection);
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            System.out.printf(
                    "%d of %d: %s%n", i + 1, runs.size(), runs.get(i).group().getSimpleName());
            measurements.addAll(measure(runs.get(i)));
            // This is done after each group, so that nothing is lost where a long run is cut short.
            write(measurements);
        }
        return measurements;
    }

    private void write(List<Measurement> measurements) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(output.resolve("results.json").toFile(), measurements);
        Files.writeString(output.resolve("results.md"), report(measurements));
    }

    /** Returns the report as Markdown. */
    static String report(List<Measurement> measurements) {
        return new Table(measurements).toString();
    }

    private List<Run> runs(Selection selection) {
        List<Run> runs = new ArrayList<>();
        for (Class<?> group : groups(selection)) {
            for (int fork = 0; fork < plan.forks(); fork++) {
                runs.add(new Run(group, selection.byGroup().get(group.getSimpleName()), fork));
            }
        }
        Collections.shuffle(runs, random);
        return runs;
    }

    /** Returns all groups. */
    static List<Class<?>> groups() {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        List<Class<?>> groups = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        BenchmarkList.defaultList().getAll(silent, List.of()).forEach(entry -> names.add(entry.getUserClassQName()));
        for (String name : names) {
            try {
                groups.add(Class.forName(name));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return groups;
    }

    /** The groups of a selection; each must exist. */
    static List<Class<?>> groups(Selection selection) {
        List<Class<?>> groups = groups().stream()
                .filter(group -> selection.byGroup().containsKey(group.getSimpleName()))
                .toList();
        if (groups.size() < selection.byGroup().size()) {
            throw new IllegalArgumentException("there are only the groups " + groups + " of " + selection);
        }
        return groups;
    }

    private List<Measurement> measure(Run run) throws IOException, InterruptedException {
        Path result = Files.createTempFile(output, "fork", ".json");
        try {
            MeasuredJvm.run(Fork.class, arguments(run, result), GROUP_MINUTES);
            return List.of(new ObjectMapper().readValue(result.toFile(), Measurement[].class));
        } finally {
            Files.delete(result);
        }
    }

    private List<String> arguments(Run run, Path result) {
        List<String> arguments = new ArrayList<>(List.of(
                run.group().getName(),
                String.valueOf(run.fork()),
                String.valueOf(random.nextLong()),
                String.valueOf(plan.warmups()),
                String.valueOf(plan.iterations()),
                String.valueOf(plan.millis()),
                result.toString()));
        arguments.addAll(run.names());
        return arguments;
    }
}
