// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;

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
            copies(stage, probe);
            memory(stage, context, probe);
        }
    }

    private static void copies(Stage stage, TeeObject probe) throws Exception {
        Arguments direct =
                new Arguments().in(ByteBuffer.allocateDirect(LARGEST)).out(ByteBuffer.allocateDirect(LARGEST));
        stage.compare(Case.BIG.means(
                Side.together(COPY_SLICE_MICROS, Invocations.of(probe, Probe.ECHO, direct)),
                Side.together(COPY_SLICE_MICROS, Floors.copyEachWay(LARGEST))));
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
