// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ends the JVM when the demo takes too long, its shutdown included. */
final class Watchdog {

    private static final int TOOK_TOO_LONG = 3;

    private Watchdog() {}

    static void start(Duration limit, PrintStream err) {
        Thread thread = new Thread(() -> watch(limit, err), "demo-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private static void watch(Duration limit, PrintStream err) {
        try {
            TimeUnit.NANOSECONDS.sleep(limit.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        err.println("The demo did not end within " + limit.toSeconds() + " s. What its threads are at:");
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            err.println(thread.getName());
            for (StackTraceElement element : stack) {
                err.println("    " + element);
            }
        });
        Runtime.getRuntime().halt(TOOK_TOO_LONG);
    }
}
