// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.LiveHeap;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.floor.SlotTable;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;

/** Objects that come and go, and that stay. */
public final class Objects implements Group {

    private static final long SLICE_MICROS = 300;
    private static final int ALIVE = 200_000;
    private static final int TABLE = 1024;
    /**
     * What is counted with an object but is not Ermine's: its place in the array here, and the application's own
     * object.
     */
    private static final int FOREIGN = 4 + 32;

    @Override
    public void measure(Stage stage) throws Exception {
        AtomicLong released = new AtomicLong();
        try (World world = World.start(Map.of())) {
            world.deploy(Probe.UID, client -> new Probe(released));
            measure(stage, world, released);
        }
    }

    private static void measure(Stage stage, World world, AtomicLong released) throws Exception {
        try (TeeContext context = world.open();
                TeeObject probe = World.open(context, Probe.UID)) {
            stage.compare(Case.OBJECTS.means(
                    Side.together(SLICE_MICROS, new CreatedAndReleased(probe, released)),
                    Side.together(SLICE_MICROS, twoInvocationsAndATable())));
            stage.report(Case.OBJECT_BYTES.name(), bytesOfALiveObject(probe));
        }
    }

    private static Work twoInvocationsAndATable() {
        Work echo = Floors.fairEcho(Direct.SIZE);
        SlotTable table = new SlotTable(TABLE);
        return times -> {
            for (int i = 0; i < times; i++) {
                echo.run(1);
                long id = table.add(new Object());
                echo.run(1);
                if (table.remove(id) == null) {
                    throw new IllegalStateException("lost");
                }
            }
        };
    }

    private static double bytesOfALiveObject(TeeObject probe) throws TeeException {
        TeeObject[] objects = new TeeObject[ALIVE];
        Arguments created = new Arguments().outObject();
        long before = LiveHeap.bytes();
        for (int i = 0; i < ALIVE; i++) {
            probe.invoke(Probe.CREATE, created);
            objects[i] = created.teeObject(0);
        }
        double bytes = (double) (LiveHeap.bytes() - before) / ALIVE - FOREIGN;
        for (TeeObject object : objects) {
            object.close();
        }
        return bytes;
    }
}
