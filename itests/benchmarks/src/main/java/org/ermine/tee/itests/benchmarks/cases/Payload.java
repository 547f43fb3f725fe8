// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.InPlaceProbe;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Many bytes, by messages and by shared memory. */
public final class Payload implements Group {

    /** In and out together just fit a message of 4 MiB. */
    private static final int LARGEST = 2_097_000;

    private static final int SMALL_MEMORY = 4096;
    private static final int LARGE_MEMORY = 64 << 20;
    private static final long COPY_SLICE_MICROS = 2000;

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe();
                TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            world.deploy(InPlaceProbe.UID, client -> new InPlaceProbe(new Probe()));
            try (TeeObject inPlace = World.open(context, InPlaceProbe.UID)) {
                copies(stage, probe, inPlace);
            }
            memory(stage, context, probe);
        }
    }

    private static void copies(Stage stage, TeeObject probe, TeeObject inPlace) throws Exception {
        Arguments direct =
                new Arguments().in(ByteBuffer.allocateDirect(LARGEST)).out(ByteBuffer.allocateDirect(LARGEST));
        stage.compare(
                Case.BIG.means(copies(Invocations.of(probe, Probe.ECHO, direct)), copies(Floors.copyEachWay(LARGEST))),
                Case.BIG_IN_PLACE.means(
                        copies(Invocations.of(inPlace, Probe.ECHO, direct)), copies(Floors.copyEachWay(LARGEST))));
    }

    private static Side copies(Work work) {
        return Side.together(COPY_SLICE_MICROS, work);
    }

    private static void memory(Stage stage, TeeContext context, TeeObject probe) throws Exception {
        try (SharedMemory small = context.allocate(SMALL_MEMORY);
                SharedMemory large = context.allocate(LARGE_MEMORY)) {
            stage.compare(Case.MEMORY.means(touches(probe, large), touches(probe, small)));
        }
    }

    private static Side touches(TeeObject probe, SharedMemory memory) throws TeeException {
        return Side.together(Direct.SLICE_MICROS, Invocations.of(probe, Probe.TOUCH, new Arguments().in(memory)));
    }
}
