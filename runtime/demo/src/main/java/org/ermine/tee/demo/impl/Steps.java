// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.PrintStream;
import java.util.Locale;

/** Numbered steps, each of which holds or fails, and what they print. Used by one thread. */
final class Steps {

    private static final String INDENT = "     ";

    private final PrintStream out;
    private int number;
    private int failed;

    Steps(PrintStream out) {
        this.out = out;
    }

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** A step found something else than it expected. */
    static final class UnexpectedException extends Exception {

        private static final long serialVersionUID = 1L;

        UnexpectedException(String message) {
            super(message);
        }
    }

    /**
     * Carries out a step that relies on those before it: skipped when one of them failed.
     *
     * @throws InterruptedException if the demo is to end
     */
    void next(String title, Step step) throws InterruptedException {
        if (failed == 0) {
            always(title, step);
        } else {
            title(title);
            out.println(INDENT + "skipped");
        }
    }

    /** Carries out a step whatever happened before. */
    void always(String title, Step step) throws InterruptedException {
        title(title);
        long start = System.nanoTime();
        try {
            step.run();
            out.println(INDENT + "ok (" + (System.nanoTime() - start) / 1_000_000 + " ms)");
        } catch (InterruptedException e) {
            failed++;
            throw e;
        } catch (UnexpectedException e) {
            failed++;
            out.println(INDENT + "FAILED: " + e.getMessage());
        } catch (Exception | LinkageError e) {
            failed++;
            out.println(INDENT + "FAILED: " + e);
        }
    }

    /** Prints lines that belong to the present step. */
    void say(String text) {
        text.lines().forEach(line -> out.println(INDENT + line));
    }

    void expect(boolean condition, String otherwise) throws UnexpectedException {
        if (!condition) {
            throw new UnexpectedException(otherwise);
        }
    }

    /** Whether every step held so far. */
    boolean allHeld() {
        return failed == 0;
    }

    private void title(String title) {
        number++;
        out.println();
        out.printf(Locale.ROOT, "%3d  %s%n", number, title);
    }
}
