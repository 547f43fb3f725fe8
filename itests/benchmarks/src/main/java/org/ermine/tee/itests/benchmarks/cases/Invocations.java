// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Invokes an object with the same arguments again and again. */
final class Invocations implements Work {

    /** What one thread writes is not to share a cache line with what another one does. */
    private static final int APART = 256;

    private final TeeObject object;
    private final int op;
    private final Arguments arguments;

    private Invocations(TeeObject object, int op, Arguments arguments) {
        this.object = object;
        this.op = op;
        this.arguments = arguments;
    }

    /** Echoes of so many bytes, from array to array. */
    static Invocations echoes(TeeObject probe, int bytes) {
        return new Invocations(
                probe,
                Probe.ECHO,
                new Arguments()
                        .in(new byte[bytes + 2 * APART], APART, bytes)
                        .out(new byte[bytes + 2 * APART], APART, bytes));
    }

    static Invocations of(TeeObject object, int op, Arguments arguments) {
        return new Invocations(object, op, arguments);
    }

    @Override
    public void run(int times) throws TeeException {
        for (int i = 0; i < times; i++) {
            object.invoke(op, arguments);
        }
    }
}
