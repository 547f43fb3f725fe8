// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What the path is meant to cost, and whether it does. */
final class Targets {

    private static final String DIRECT = "DirectInvocation.arrays(size=64)";
    private static final String OTHERS = "AgainstOthers.";
    private static final String QUEUED = "QueuedCallback.";
    private static final String SCALING = "Scaling.";
    private static final int LARGEST = 2097000;

    /** How a figure comes from those of a benchmark and its floor. */
    @FunctionalInterface
    private interface Figure {
        Comparison of(List<Measurement> measurements, String subject, String floor);
    }

    private record Target(
            String title, String subject, String floor, Figure figure, String wanted, Predicate<Double> met) {}

    private static final Figure RATIO =
            (measurements, subject, floor) -> Comparison.of(measurements, subject, floor, Measurement::p50);
    private static final Figure RATIO_P99 =
            (measurements, subject, floor) -> Comparison.of(measurements, subject, floor, Measurement::p99);
    private static final Figure TIMES_FASTER =
            (measurements, subject, floor) -> Comparison.of(measurements, floor, subject, Measurement::p50);
    private static final Figure TIMES_THE_THROUGHPUT = (measurements, subject, floor) -> {
        Comparison times = Comparison.of(measurements, floor, subject, Measurement::p50);
        return times == null
                ? null
                : new Comparison(times.ratios().stream().map(ratio -> 2 * ratio).toList());
    };
    private static final Figure MICROS =
            (measurements, subject, floor) -> single(measurements, subject, one -> one.p50() / 1000);
    private static final Figure BYTES =
            (measurements, subject, floor) -> single(measurements, subject, Measurement::bytes);

    private static final List<Target> ALL = List.of(
            atMost(
                    "direct invocation of 64 B, against the hand-written path",
                    DIRECT,
                    floor(DIRECT, "handWritten"),
                    RATIO,
                    4),
            atMost("heap that it allocates, in bytes", DIRECT, "", BYTES, 0.5),
            atLeast(
                    "the same, times faster than gRPC in process",
                    OTHERS + "ermine",
                    OTHERS + "grpcInProcess",
                    TIMES_FASTER,
                    150),
            atLeast(
                    "times faster than gRPC in process with direct executor",
                    OTHERS + "ermine",
                    OTHERS + "grpcInProcessDirectExecutor",
                    TIMES_FASTER,
                    10),
            atMost(
                    "callback on the calling thread, against direct invocation",
                    "CallingThread.servedByTheDriver",
                    "CallingThread.noCallback",
                    RATIO,
                    2),
            atMost(
                    "callback through the queue, against spinning and parking: p50",
                    QUEUED + "ermine",
                    QUEUED + "spinAndPark",
                    RATIO,
                    1.5),
            atMost("the same: p99", QUEUED + "ermine", QUEUED + "spinAndPark", RATIO_P99, 2),
            atMost(
                    "4 MiB in all, from and to direct buffers, against copying once each way",
                    "DirectInvocation.directBuffers(size=" + LARGEST + ")",
                    "DirectInvocation.copyEachWay(size=" + LARGEST + ")",
                    RATIO,
                    1.25),
            atLeast(
                    "two threads on two contexts, against one: throughput",
                    SCALING + "twoThreadsOnTwoContexts",
                    SCALING + "oneThread",
                    TIMES_THE_THROUGHPUT,
                    1.8),
            atLeast(
                    "two threads on one context, against one: throughput",
                    SCALING + "twoThreadsOnOneContext",
                    SCALING + "oneThread",
                    TIMES_THE_THROUGHPUT,
                    1.5),
            atMost(
                    "object created and released, against a bare table",
                    "Lives.objectCreateAndRelease",
                    "Lives.slotTable",
                    RATIO,
                    5),
            atMost(
                    "direct invocation while statistics are on, against one that nobody watches",
                    "WatchedInvocation.statistics",
                    "WatchedInvocation.unwatched",
                    RATIO,
                    1.05),
            atMost(
                    "the same while Flight Recorder records",
                    "WatchedInvocation.recording",
                    "WatchedInvocation.unwatched",
                    RATIO,
                    1.05),
            atMost(
                    "the same while the live page is open",
                    "WatchedInvocation.livePage",
                    "WatchedInvocation.unwatched",
                    RATIO,
                    1.01),
            atMost(
                    "callback through the queue while statistics are on, against one that nobody watches",
                    "WatchedCallback.statistics",
                    "WatchedCallback.unwatched",
                    RATIO,
                    1.05),
            atMost(
                    "the same while Flight Recorder records",
                    "WatchedCallback.recording",
                    "WatchedCallback.unwatched",
                    RATIO,
                    1.05),
            atMost("context opened and closed, in microseconds", "Lives.contextOpenAndClose", "", MICROS, 5));

    private final List<Measurement> measurements;

    Targets(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    private static Target atMost(String title, String subject, String floor, Figure figure, double limit) {
        return new Target(title, subject, floor, figure, "at most " + number(limit), value -> value <= limit);
    }

    private static Target atLeast(String title, String subject, String floor, Figure figure, double limit) {
        return new Target(title, subject, floor, figure, "at least " + number(limit), value -> value >= limit);
    }

    private static String floor(String subject, String name) {
        return subject.replace(".arrays(", "." + name + "(");
    }

    private static Comparison single(List<Measurement> measurements, String id, ToDoubleFunction<Measurement> figure) {
        List<Double> values = measurements.stream()
                .filter(one -> one.id().equals(id))
                .mapToDouble(figure)
                .boxed()
                .toList();
        return values.isEmpty() ? null : new Comparison(values);
    }

    /** A table of those that were measured; empty if none was. */
    @Override
    public String toString() {
        StringBuilder rows = new StringBuilder();
        for (Target target : ALL) {
            Comparison figure = target.figure().of(measurements, target.subject(), target.floor());
            if (figure != null) {
                rows.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s (%s to %s) | %s |%n",
                        target.title(),
                        target.wanted(),
                        number(figure.median()),
                        number(figure.least()),
                        number(figure.most()),
                        target.met().test(figure.median()) ? "met" : "missed"));
            }
        }
        return rows.isEmpty() ? "" : "| target | wanted | measured | |\n|---|---|---|---|\n" + rows;
    }

    private static String number(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
