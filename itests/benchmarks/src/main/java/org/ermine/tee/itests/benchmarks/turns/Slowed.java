// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/** A seeded slow-down: work that takes so many percent longer than it has to. */
final class Slowed implements Work {

    private final Work work;
    private final int percent;

    Slowed(Work work, int percent) {
        this.work = work;
        this.percent = percent;
    }

    @Override
    public void run(int times) throws Exception {
        long start = System.nanoTime();
        work.run(times);
        long done = System.nanoTime();
        long end = done + (done - start) * percent / 100;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void settle() throws Exception {
        work.settle();
    }
}
