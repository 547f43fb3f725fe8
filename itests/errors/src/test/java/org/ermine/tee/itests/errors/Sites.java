// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The places in the classes under test where memory may run out. The instrumented classes call {@link #at} there, which
 * is why its state is static.
 */
public final class Sites {

    private static final int MOST = 20_000;

    private static final List<String> NAMES = Collections.synchronizedList(new ArrayList<>());

    private static volatile Trap trap;
    /** The thread that looks at the books. What it allocates belongs to no operation. */
    private static volatile Thread observer;

    private Sites() {}

    /** What happens where a thread passes a site. */
    private interface Trap {
        void pass(int site);
    }

    /** Makes a site known; the number is what the instrumented class passes to {@link #at}. */
    static int add(String name) {
        synchronized (NAMES) {
            if (NAMES.size() == MOST) {
                throw new IllegalStateException("more than " + MOST + " sites");
            }
            NAMES.add(name);
            return NAMES.size() - 1;
        }
    }

    static String name(int site) {
        return NAMES.get(site);
    }

    /** Called by the instrumented classes. */
    public static void at(int site) {
        Trap present = trap;
        if (present != null && Thread.currentThread() != observer) {
            present.pass(site);
        }
    }

    private static void arm(Trap next) {
        observer = Thread.currentThread();
        trap = next;
    }

    static void disarm() {
        trap = null;
    }

    /** Which sites are passed from now on, and how often. */
    static Recording record() {
        Recording recording = new Recording();
        arm(recording);
        return recording;
    }

    static final class Recording implements Trap {
        private final AtomicIntegerArray passes = new AtomicIntegerArray(MOST);

        @Override
        public void pass(int site) {
            passes.incrementAndGet(site);
        }

        /** How often each site was passed, as far as it was. */
        Map<Integer, Integer> passes() {
            Map<Integer, Integer> passed = new TreeMap<>();
            for (int site = 0; site < NAMES.size(); site++) {
                if (passes.get(site) > 0) {
                    passed.put(site, passes.get(site));
                }
            }
            return passed;
        }
    }

    /** Memory runs out when a site is passed for the {@code pass}th time from now on; that once. */
    static Shortage runOut(int site, int pass) {
        Shortage shortage = new Shortage(site, pass);
        arm(shortage);
        return shortage;
    }

    static final class Shortage implements Trap {
        private final int site;
        private final int pass;
        private final AtomicInteger passes = new AtomicInteger();
        private volatile StackTraceElement[] stack = {};

        private Shortage(int site, int pass) {
            this.site = site;
            this.pass = pass;
        }

        @Override
        public void pass(int passed) {
            if (passed == site && passes.incrementAndGet() == pass) {
                OutOfMemoryError error = new OutOfMemoryError("made by a test at " + this);
                stack = error.getStackTrace();
                throw error;
            }
        }

        /** Where it happened; empty if it did not. */
        StackTraceElement[] stack() {
            return stack;
        }

        @Override
        public String toString() {
            return name(site) + ", pass " + pass;
        }
    }
}
