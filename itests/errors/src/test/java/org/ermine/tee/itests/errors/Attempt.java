// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Does what a scenario does, on a thread of its own, and looks at what is left of it. */
final class Attempt {

    /** On a machine that is idle all takes milliseconds. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(Integer.getInteger("errors.patience", 30));

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int FRAMES = 12;

    private final Scenario scenario;
    private final String before;

    /** @param before what the books say where nothing is left */
    Attempt(Scenario scenario, String before) {
        this.scenario = scenario;
        this.before = before;
    }

    /**
     * What the books of a new scenario say at rest: the same before and after it does what it does, whatever it does
     * once only.
     */
    static String restingBooks(Scenario scenario) throws Exception {
        String before = null;
        String after = null;
        do {
            before = after;
            scenario.run();
            await(scenario::isAtRest);
            after = scenario.books();
        } while (!after.equals(before));
        return after;
    }

    /** Does it; it may throw that memory ran out, or what the TEE answers then. Returns what is wrong, or null. */
    String run() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread client = new Thread(
                () -> {
                    try {
                        scenario.run();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                },
                "client");
        client.start();
        if (!await(() -> !client.isAlive())) {
            return "it waits at\n" + frames(client.getStackTrace());
        }
        if (thrown.get() != null && !isExpected(thrown.get())) {
            return "it threw " + thrown.get() + " at\n" + frames(thrown.get().getStackTrace());
        }
        return await(() -> scenario.books().equals(before))
                ? null
                : "is left:\n" + scenario.books() + "\ninstead of\n" + before;
    }

    /** Looks whether it works as if nothing had happened. Returns what is wrong, or null. */
    String runAgain() {
        try {
            scenario.run();
        } catch (Exception | Error e) {
            return "afterwards it threw " + e + " at\n" + frames(e.getStackTrace());
        }
        return await(() -> scenario.books().equals(before)) ? null : "afterwards is left:\n" + scenario.books();
    }

    private static boolean isExpected(Throwable thrown) {
        return thrown instanceof OutOfMemoryError || thrown.getClass().getName().equals("org.ermine.tee.TeeException");
    }

    static String frames(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(frame -> "    " + frame + "\n")
                .collect(Collectors.joining());
    }

    static boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE;
        boolean holds = condition.getAsBoolean();
        while (!holds && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
            holds = condition.getAsBoolean();
        }
        return holds;
    }
}
