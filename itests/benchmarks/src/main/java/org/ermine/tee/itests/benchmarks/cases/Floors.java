// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.lang.ref.Reference;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.floor.FairCall;
import org.ermine.tee.itests.benchmarks.floor.FairPath;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** What the cases are compared with, as work. */
final class Floors {

    /** What one thread writes is not to share a cache line with what another one does. */
    private static final int APART = 256;

    private Floors() {}

    /** The fair floor of an invocation with so many bytes in and out. */
    static Work fairEcho(int bytes) {
        FairPath path = new FairPath(bytes, (op, input, output) -> output.put(input));
        byte[] input = new byte[bytes];
        byte[] apart = new byte[APART];
        byte[] output = new byte[bytes];
        byte[] further = new byte[APART];
        return times -> {
            Reference.reachabilityFence(apart);
            Reference.reachabilityFence(further);
            for (int i = 0; i < times; i++) {
                path.invoke(0, Probe.ECHO, input, output);
            }
        };
    }

    /** The fair floor of an invocation without arguments. */
    static Work fairCall() {
        FairCall path = new FairCall(op -> op);
        return times -> {
            for (int i = 0; i < times; i++) {
                path.invoke(0, Probe.ECHO);
            }
        };
    }

    /** Copies so many bytes there, and as many back. */
    static Work copyEachWay(int bytes) {
        byte[] here = new byte[bytes];
        byte[] there = new byte[bytes];
        return times -> {
            for (int i = 0; i < times; i++) {
                System.arraycopy(here, 0, there, 0, bytes);
                System.arraycopy(there, 0, here, 0, bytes);
            }
        };
    }
}
