// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.Locale;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.itests.benchmarks.Probe;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Together;
import org.ermine.tee.itests.benchmarks.turns.Work;

/**
 * Direct invocations by two threads at once, against the same by one, before and after a full collection. Says nothing
 * where two threads with paths written by hand, which share nothing, do not do nearly twice the work of one either.
 */
public final class Scaling implements Group {

    private static final long SLICE_MICROS = 1000;

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe();
                TeeContext first = world.open();
                TeeContext second = world.open();
                TeeObject probe = World.open(first, Probe.UID);
                TeeObject sibling = created(probe);
                TeeObject stranger = World.open(second, Probe.UID)) {
            Threads threads = new Threads(probe, sibling, stranger);
            stage.compareIf(
                    Case.TWO_BARE.means(threads.twoBare, threads.oneBare),
                    Scaling::inability,
                    Case.TWO_CONTEXTS.means(threads.twoContexts, threads.one),
                    Case.ONE_CONTEXT.means(threads.oneContext, threads.one),
                    Case.ONE_OBJECT.means(threads.oneObject, threads.one));
            System.gc();
            System.gc();
            Threads again = threads.again();
            stage.compareIf(
                    Case.TWO_BARE_COLLECTED.means(again.twoBare, again.oneBare),
                    Scaling::inability,
                    Case.TWO_CONTEXTS_COLLECTED.means(again.twoContexts, again.one),
                    Case.ONE_CONTEXT_COLLECTED.means(again.oneContext, again.one),
                    Case.ONE_OBJECT_COLLECTED.means(again.oneObject, again.one));
        }
    }

    private static TeeObject created(TeeObject probe) throws TeeException {
        Arguments created = new Arguments().outObject();
        probe.invoke(Probe.CREATE, created);
        return created.teeObject(0);
    }

    private static String inability(double ratio) {
        double figure = Case.TWO_BARE.figure().of(ratio);
        return Case.TWO_BARE.target().isMetBy(figure)
                ? ""
                : String.format(Locale.ROOT, "two bare threads did only %.2f times the work of one", figure);
    }

    /** All sides, with arguments of their own for each thread. */
    private record Threads(Side oneBare, Side twoBare, Side one, Side twoContexts, Side oneContext, Side oneObject) {

        private Threads(TeeObject probe, TeeObject sibling, TeeObject stranger) throws Exception {
            this(
                    threads(bare()),
                    threads(bare(), bare()),
                    threads(echoes(probe)),
                    threads(echoes(probe), echoes(stranger)),
                    threads(echoes(probe), echoes(sibling)),
                    threads(echoes(probe), echoes(probe)));
        }

        private static Side threads(Work... works) throws Exception {
            return Side.together(SLICE_MICROS, new Together(works));
        }

        private static Work bare() {
            return Floors.fairEcho(Direct.SIZE);
        }

        private static Work echoes(TeeObject probe) {
            return Invocations.echoes(probe, Direct.SIZE);
        }

        private Threads again() {
            return new Threads(
                    oneBare.again(),
                    twoBare.again(),
                    one.again(),
                    twoContexts.again(),
                    oneContext.again(),
                    oneObject.again());
        }
    }
}
