// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/** Invocations in whose course the driver serves a call back on the calling thread. */
public final class CallingThread implements Group {

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe();
                TeeContext context = world.open();
                TeeContext yielding = world.yieldingDevice().open();
                TeeObject probe = World.open(context, Probe.UID);
                TeeObject yieldingProbe = World.open(yielding, Probe.UID)) {
            stage.compare(Case.CALLING_THREAD.means(echoes(yieldingProbe), echoes(probe)));
        }
    }

    private static Side echoes(TeeObject probe) {
        return Side.together(Direct.SLICE_MICROS, Invocations.echoes(probe, Direct.SIZE));
    }
}
