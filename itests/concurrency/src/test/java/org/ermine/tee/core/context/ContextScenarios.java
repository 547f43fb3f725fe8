// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.RepeatLog;

/** References on contexts that are released at once. */
public final class ContextScenarios {

    private static final Owner OWNER = new Owner(1, "test", "1.0.0");

    private static final RepeatLog NO_LOG = new RepeatLog(line -> {});

    private ContextScenarios() {}

    /** The last references on a context are released at once. */
    public record TwoPuts() implements Runnable {
        @Override
        public void run() {
            AtomicInteger ends = new AtomicInteger();
            Host host = new Host(OWNER, null, () -> null, null, null, NO_LOG, ends::incrementAndGet);
            host.retain();
            together(host::release, host::release);
            require(ends.get() == 1, "ended " + ends.get() + " times");
        }
    }

    /** A context is cut off while its last reference is released. */
    public record PutBesideCutOff() implements Runnable {
        @Override
        public void run() {
            AtomicInteger ends = new AtomicInteger();
            Host host = new Host(OWNER, null, () -> null, null, null, NO_LOG, ends::incrementAndGet);
            together(host::release, host::cutOff);
            require(ends.get() == 1, "ended " + ends.get() + " times");
        }
    }
}
