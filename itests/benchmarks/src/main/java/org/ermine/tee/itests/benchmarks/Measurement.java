// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

/**
 * What one benchmark showed in one JVM.
 *
 * @param fork number of the JVM, from 0; benchmarks of a group with the same number ran in the same one
 * @param group class of the benchmark, without its package
 * @param name method of the benchmark
 * @param parameters for example {@code size=64}; empty if there are none
 * @param floor whether the others of the group are compared with it
 * @param p50 nanoseconds of one operation: the median of single operations or, where these are too short for the clock,
 *     of the means of iterations
 * @param p99 nanoseconds that 99 of 100 operations do not exceed; NaN if single operations are not timed
 * @param bytes of heap allocated for one operation, on all threads
 */
record Measurement(
        int fork, String group, String name, String parameters, boolean floor, double p50, double p99, double bytes) {

    /** For example {@code DirectInvocation.ermine(size=64)}. */
    String id() {
        return group + "." + name + (parameters.isEmpty() ? "" : "(" + parameters + ")");
    }
}
