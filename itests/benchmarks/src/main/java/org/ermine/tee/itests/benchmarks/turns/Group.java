// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/** Cases that are measured in the same JVM. Has a constructor without parameters. */
public interface Group {

    /** In how many JVMs it is measured for a figure. */
    default int jvms() {
        return 3;
    }

    /** Measures the cases of the group that are asked for. */
    void measure(Stage stage) throws Exception;
}
