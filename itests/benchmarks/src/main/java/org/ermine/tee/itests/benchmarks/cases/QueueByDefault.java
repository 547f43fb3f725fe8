// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Stage;

/** As {@link Queue}, with all options at their defaults, and on whichever processor a thread may be. */
public final class QueueByDefault implements Group {

    @Override
    public void measure(Stage stage) throws Exception {
        try (World world = World.withProbe()) {
            Queue.compare(stage, world, () -> {}, Case.QUEUE_P99, Case.QUEUE_P99::p99s);
        }
    }
}
