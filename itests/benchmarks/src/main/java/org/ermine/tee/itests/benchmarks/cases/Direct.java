// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Direct invocations, before and after a full collection. */
public final class Direct implements Group {

    static final int SIZE = 64;
    static final long SLICE_MICROS = 1000;
    private static final int COUNTED = 100_000;

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe();
                TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            Work echoes = Invocations.echoes(probe, SIZE);
            Side echoSide = side(echoes);
            Side fairSide = side(Floors.fairEcho(SIZE));
            Work calls = Invocations.of(probe, Probe.ECHO, new Arguments());
            stage.compare(
                    Case.DIRECT.means(echoSide, fairSide),
                    Case.NO_ARGUMENTS.means(side(calls), side(Floors.fairCall())));
            stage.report(Case.DIRECT_BYTES.name(), Allocation.ofEach(echoes, COUNTED));
            System.gc();
            System.gc();
            stage.compare(Case.DIRECT_COLLECTED.means(echoSide.again(), fairSide.again()));
        }
    }

    private static Side side(Work work) {
        return Side.together(SLICE_MICROS, work);
    }
}
