// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import java.lang.reflect.Constructor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a scenario out again and again, each time with other switches between its threads. A scenario begins and ends
 * its threads, shares nothing with the next one, and throws if what it sees must not be.
 *
 * @param interleavings that were carried out
 * @param complete whether there are no more
 * @param failure what was found, and how it comes about; null if nothing
 */
record Exploration(int interleavings, boolean complete, String failure) {

    private static final Logger LOG = LoggerFactory.getLogger(Exploration.class);

    private static final int NOTHING_FOUND = 0;
    private static final int FOUND = 3;

    static Exploration of(Runnable scenario, int most) {
        instrument(scenario);
        AtomicInteger count = new AtomicInteger();
        String failure = null;
        try {
            Lincheck.runConcurrentTest(most, () -> {
                count.incrementAndGet();
                scenario.run();
            });
        } catch (AssertionError e) {
            failure = e.getMessage();
        }
        return new Exploration(count.get(), failure == null && count.get() < most, failure);
    }

    /**
     * Has the classes instrumented: on a busy machine that may take longer than the library's limit for one
     * interleaving, which would pass for a hang. What is found here is found again by the exploration.
     */
    private static void instrument(Runnable scenario) {
        try {
            Lincheck.runConcurrentTest(1, scenario);
        } catch (AssertionError e) {
            LOG.debug("found before the exploration: {}", e.getMessage());
        }
    }

    /**
     * What a JVM of its own does: the arguments are the class of a {@link Scenario}, and how many interleavings at
     * most.
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        Scenario scenario = new Scenario(args[0]);
        Exploration exploration = of(scenario.load(), Integer.parseInt(args[1]));
        System.out.println(exploration.interleavings());
        System.out.println(exploration.failure());
        System.exit(exploration.failure() == null ? NOTHING_FOUND : FOUND);
    }

    static Exploration parse(int exitCode, String output, String errors) {
        if (exitCode != NOTHING_FOUND && exitCode != FOUND) {
            throw new AssertionError("the JVM ended with " + exitCode + ": " + output + errors);
        }
        String[] result = output.split("\n", 2);
        return new Exploration(
                Integer.parseInt(result[0].strip()), false, exitCode == NOTHING_FOUND ? null : result[1]);
    }

    /** A class that is a scenario. */
    record Scenario(String className) {

        Runnable load() throws ReflectiveOperationException {
            Constructor<?> constructor = Class.forName(className).getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return (Runnable) constructor.newInstance();
        }
    }
}
