// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** What is to be measured, and how. */
record CommandLine(Pattern pattern, Plan plan, Path output, long seed) {

    static CommandLine parse(String[] args) {
        Pattern pattern = Pattern.compile("");
        Plan plan = Plan.FULL;
        Path output = Path.of("target", "benchmarks");
        long seed = System.nanoTime();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                pattern = Pattern.compile(args[i]);
                continue;
            }
            String option = args[i++];
            if (i == args.length) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            switch (option) {
                case "--forks" -> plan = new Plan(number(args[i]), plan.warmups(), plan.iterations(), plan.millis());
                case "--warmups" -> plan = new Plan(plan.forks(), number(args[i]), plan.iterations(), plan.millis());
                case "--iterations" -> plan = new Plan(plan.forks(), plan.warmups(), number(args[i]), plan.millis());
                case "--millis" -> plan = new Plan(plan.forks(), plan.warmups(), plan.iterations(), number(args[i]));
                case "--output" -> output = Path.of(args[i]);
                case "--seed" -> seed = Long.parseLong(args[i]);
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        return new CommandLine(pattern, plan, output.toAbsolutePath(), seed);
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }
}
