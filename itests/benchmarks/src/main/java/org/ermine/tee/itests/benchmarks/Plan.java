// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

/**
 * How long is measured.
 *
 * @param forks JVMs for each group
 * @param warmups iterations before those that count
 * @param iterations iterations that count
 * @param millis of each iteration
 */
record Plan(int forks, int warmups, int iterations, int millis) {

    static final Plan FULL = new Plan(3, 5, 7, 300);

    Plan {
        if (forks < 1 || warmups < 0 || iterations < 1 || millis < 1) {
            throw new IllegalArgumentException("nothing would be measured");
        }
    }
}
