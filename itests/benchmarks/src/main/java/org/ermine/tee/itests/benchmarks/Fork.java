// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * A measured JVM: runs the benchmarks of one group one after the other, in an order of its own, and leaves what they
 * showed in a file. They share the JVM on purpose, so that a benchmark and its floor see the same machine, heap and
 * compiler.
 */
final class Fork {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?> group;
    private final int number;
    private final Plan plan;
    private final List<String> names;

    private Fork(Class<?> group, int number, Plan plan, List<String> names) {
        this.group = group;
        this.number = number;
        this.plan = plan;
        this.names = names;
    }

    /** Arguments: class of the group, fork, seed, warmups, iterations, milliseconds, file, and which methods. */
    public static void main(String[] args) throws Exception {
        int number = Integer.parseInt(args[1]);
        Plan plan = new Plan(1, Integer.parseInt(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        List<String> names = new ArrayList<>(Arrays.asList(args).subList(7, args.length));
        Collections.shuffle(names, new Random(Long.parseLong(args[2])));
        List<Measurement> measurements = new Fork(Class.forName(args[0]), number, plan, names).measure();
        new ObjectMapper().writeValue(new File(args[6]), measurements);
    }

    /** The benchmarks of a group. */
    static List<String> benchmarks(Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(Method::getName)
                .sorted()
                .toList();
    }

    private List<Measurement> measure() throws RunnerException {
        List<Measurement> measurements = new ArrayList<>();
        for (String benchmark : names) {
            int open = benchmark.indexOf('(');
            String name = open < 0 ? benchmark : benchmark.substring(0, open);
            String values = open < 0 ? "" : benchmark.substring(open + 1, benchmark.length() - 1);
            for (RunResult result : new Runner(options(name, values)).run()) {
                measurements.add(measurement(name, result));
            }
        }
        return measurements;
    }

    /** @param values of parameters, for example {@code size=64}; empty for all */
    private Options options(String name, String values) {
        TimeValue time = new TimeValue(plan.millis(), TimeUnit.MILLISECONDS);
        ChainedOptionsBuilder options = new OptionsBuilder();
        for (String value : values.isEmpty() ? new String[0] : values.split(", ")) {
            String[] parts = value.split("=", 2);
            options.param(parts[0], parts[1]);
        }
        return options.include(group.getName().replace(".", "\\.") + "\\." + name + "$")
                .forks(0)
                .warmupIterations(plan.warmups())
                .warmupTime(time)
                .measurementIterations(plan.iterations())
                .measurementTime(time)
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
    }

    private Measurement measurement(String name, RunResult result) {
        Statistics statistics = result.getPrimaryResult().getStatistics();
        boolean singleOperations = result.getParams().getMode() == Mode.SampleTime;
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        return new Measurement(
                number,
                group.getSimpleName(),
                name,
                parameters(result.getParams()),
                isFloor(name),
                statistics.getPercentile(50),
                singleOperations ? statistics.getPercentile(99) : Double.NaN,
                allocated == null ? Double.NaN : allocated.getScore());
    }

    private static String parameters(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(key -> key + "=" + params.getParam(key))
                .collect(Collectors.joining(", "));
    }

    private boolean isFloor(String name) {
        return Arrays.stream(group.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals(name) && method.isAnnotationPresent(Floor.class));
    }
}
