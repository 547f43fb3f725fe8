// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Bytes of heap that work allocates on the calling thread. */
final class Allocation {

    private static final int ROUNDS = 5;

    private Allocation() {}

    /** Of each of so many: the round with the fewest counts, since in another one a table may have grown. */
    static double ofEach(Work work, int times) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(id);
            work.run(times);
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        return Math.floor((double) least / times);
    }
}
