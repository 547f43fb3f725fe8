// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what happens in the background and announces itself to nobody. */
final class Poll {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long INTERVAL_MILLIS = 20;

    private Poll() {}

    /** Asks what is missing, until that is nothing or time is up. Returns the last answer. */
    static List<String> untilEmpty(Callable<List<String>> missing) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        List<String> answer = missing.call();
        while (!answer.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            answer = missing.call();
        }
        return answer;
    }
}
