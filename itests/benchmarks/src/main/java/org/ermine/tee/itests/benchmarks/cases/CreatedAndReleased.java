// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.turns.Work;
import org.ermine.tee.runtime.TeeRuntime;

/** Creates an object of the TEE and closes it. That the TEE is told is the work of another thread, at the same time. */
final class CreatedAndReleased implements Work {

    private final TeeRuntime runtime;
    private final TeeObject probe;
    private final Arguments created = new Arguments().outObject();

    CreatedAndReleased(TeeRuntime runtime, TeeObject probe) {
        this.runtime = runtime;
        this.probe = probe;
    }

    @Override
    public void run(int times) throws TeeException {
        for (int i = 0; i < times; i++) {
            probe.invoke(Probe.CREATE, created);
            created.teeObject(0).close();
        }
    }

    @Override
    public void settle() {
        while (runtime.snapshot().devices[0].pendingReleases > 0) {
            Thread.onSpinWait();
        }
    }
}
