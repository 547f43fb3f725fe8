// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

/** Devices that are used and ended at once. */
public final class DeviceScenarios {

    private DeviceScenarios() {}

    /** A device refuses contexts while one comes: nobody is inside when it has waited for all to leave. */
    public record EnterBesideRefuse() implements Runnable {
        @Override
        public void run() {
            ContextCount contexts = new ContextCount();
            int[] inside = new int[1];
            boolean[] over = new boolean[1];
            together(
                    () -> {
                        contexts.refuse();
                        if (contexts.count() == 0) {
                            over[0] = true;
                            require(inside[0] == 0, "somebody is inside");
                        }
                    },
                    () -> {
                        if (contexts.enter()) {
                            inside[0]++;
                            require(!over[0], "somebody came in when all was over");
                            inside[0]--;
                            contexts.leave();
                        }
                    });
            require(contexts.count() == 0, "contexts: " + contexts.count());
        }
    }
}
