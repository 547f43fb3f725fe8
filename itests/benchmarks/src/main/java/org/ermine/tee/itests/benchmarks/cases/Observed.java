// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.Map;
import java.util.Set;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/**
 * Direct invocations while statistics are off, or on for one of 64, against an Ermine without the bundle that keeps
 * them.
 */
public final class Observed implements Group {

    private static final String BUNDLE = "org.ermine.tee.statistics";

    @Override
    public void measure(Stage stage) throws Exception {
        try (Isolated without = Isolated.variant(Set.of(BUNDLE), Map.of());
                Isolated off = Isolated.variant(Set.of(), enabled(false));
                Isolated on = Isolated.variant(Set.of(), enabled(true))) {
            Side unobserved = echoes(without);
            stage.compare(
                    Case.OBSERVED_OFF.means(echoes(off), unobserved), Case.OBSERVED_ON.means(echoes(on), unobserved));
        }
    }

    private static Map<String, Map<String, Object>> enabled(boolean enabled) {
        return Map.of(World.STATISTICS, Map.of("enabled", enabled));
    }

    private static Side echoes(Isolated ermine) {
        return Side.together(Direct.SLICE_MICROS, ermine.work(IsolatedWorks.DIRECT));
    }

    @Override
    public int jvms() {
        return 21;
    }
}
