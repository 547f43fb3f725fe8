// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.references;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

/** References on one object that are taken and given back at once. */
final class ReferenceScenarios {

    private ReferenceScenarios() {}

    /** Whoever has the last reference is told so, and nobody gets one afterwards. */
    record RetainBesideLastRelease() implements Runnable {
        @Override
        public void run() {
            ReferenceCount count = new ReferenceCount();
            boolean[] last = new boolean[2];
            together(() -> last[0] = count.release(), () -> {
                if (count.tryRetain()) {
                    last[1] = count.release();
                } else {
                    require(count.get() == 0, "refused though there are references");
                }
            });
            require(last[0] != last[1], "the last reference went " + (last[0] ? "twice" : "unnoticed"));
        }
    }

    /** Two references are taken at once: all of them are counted. */
    record TwoRetains() implements Runnable {
        @Override
        public void run() {
            ReferenceCount count = new ReferenceCount();
            boolean[] taken = new boolean[2];
            together(() -> taken[0] = count.tryRetain(), () -> taken[1] = count.tryRetain());
            require(taken[0] && taken[1], "refused though there is a reference");
            require(count.get() == 3, count.get() + " references of 3");
        }
    }

    /** One reference is released by two threads: one of them has the last one, the other one is refused. */
    record TwoReleasesOfOne() implements Runnable {
        @Override
        public void run() {
            ReferenceCount count = new ReferenceCount();
            int[] last = new int[2];
            together(() -> last[0] = release(count), () -> last[1] = release(count));
            require(last[0] + last[1] == 1, "released " + (last[0] + last[1]) + " times");
            require(count.get() == 0, "a count of " + count.get());
        }

        private static int release(ReferenceCount count) {
            try {
                return count.release() ? 1 : 0;
            } catch (IllegalStateException e) {
                return 0;
            }
        }
    }
}
