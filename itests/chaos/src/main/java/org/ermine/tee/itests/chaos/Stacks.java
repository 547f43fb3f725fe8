// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What threads do at present. All of them stand still while their stacks are read, and one that is about to overflow
 * has hundreds of thousands of frames, which take seconds: as long as the time limits of the requests in progress. So
 * nobody reads whole stacks.
 */
final class Stacks {

    /** As many as the JVM keeps of a stack in an exception. */
    static final int MOST_FRAMES = 1_024;

    private Stacks() {}

    static List<ThreadInfo> ofAllThreads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds(), MOST_FRAMES))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The stacks with the locks that threads wait for and hold. */
    static List<ThreadInfo> withLocks() {
        return List.of(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true, MOST_FRAMES));
    }
}
