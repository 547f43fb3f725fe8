// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Creates an object of the TEE and closes it. That the TEE is told is the work of another thread, at the same time. */
final class CreatedAndReleased implements Work {

    private final TeeObject probe;
    /** Counts what the TEE was told. */
    private final AtomicLong released;

    private final Arguments created = new Arguments().outObject();

    private long closed;

    /** @param released counts the releases of objects that the probe created */
    CreatedAndReleased(TeeObject probe, AtomicLong released) {
        this.probe = probe;
        this.released = released;
    }

    @Override
    public void run(int times) throws TeeException {
        for (int i = 0; i < times; i++) {
            probe.invoke(Probe.CREATE, created);
            created.teeObject(0).close();
        }
        closed += times;
    }

    @Override
    public void settle() {
        while (released.get() < closed) {
            Thread.onSpinWait();
        }
    }
}
