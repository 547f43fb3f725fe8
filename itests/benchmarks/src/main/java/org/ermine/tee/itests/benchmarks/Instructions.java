// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.itests.benchmarks.cases.Repeated;

/**
 * How many instructions of the processor an invocation takes, where the machine counts them for {@code perf}: the
 * difference between a JVM that does it so many times and one that does it twice as often, so that start and
 * compilation do not count.
 */
final class Instructions {

    private static final String EVENT = "instructions:u";
    private static final long TIMES = 20_000_000;
    private static final long MINUTES = 5;

    private Instructions() {}

    public static void main(String[] args) throws Exception {
        System.out.println("| | instructions |");
        System.out.println("|---|---|");
        for (Repeated.What what : Repeated.What.values()) {
            OptionalDouble once = all(what, TIMES);
            OptionalDouble twice = once.isPresent() ? all(what, 2 * TIMES) : once;
            if (twice.isEmpty()) {
                System.out.println("This machine counts no instructions for perf.");
                return;
            }
            System.out.printf("| %s | %.0f |%n", what, (twice.getAsDouble() - once.getAsDouble()) / TIMES);
        }
    }

    /** Of a JVM from its start to its end; empty if they are not counted. */
    private static OptionalDouble all(Repeated.What what, long times) throws IOException, InterruptedException {
        Path counts = Files.createTempFile("instructions", ".csv");
        try {
            run(List.of(
                    "perf",
                    "stat",
                    "-x",
                    ",",
                    "-e",
                    EVENT,
                    "-o",
                    counts.toString(),
                    "--",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xbatch",
                    "-Xms1g",
                    "-Xmx1g",
                    "-XX:+UseG1GC",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                    "-D" + World.BUNDLES + "=" + System.getProperty(World.BUNDLES),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Repeated.class.getName(),
                    what.name(),
                    String.valueOf(times)));
            return counted(Files.readAllLines(counts));
        } finally {
            Files.delete(counts);
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(command + " failed, or takes more than " + MINUTES + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** What {@code perf stat -x,} says of the event; empty if that is not a number, as where it is not supported. */
    static OptionalDouble counted(List<String> lines) {
        return lines.stream()
                .map(line -> line.split(","))
                .filter(fields -> fields.length > 2 && fields[2].equals(EVENT))
                .filter(fields -> fields[0].chars().allMatch(Character::isDigit) && !fields[0].isEmpty())
                .mapToDouble(fields -> Double.parseDouble(fields[0]))
                .findFirst();
    }
}
