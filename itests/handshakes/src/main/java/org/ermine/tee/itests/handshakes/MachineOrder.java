// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.handshakes;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Which orders the machine shows at all, of accesses that ask for less than a handshake does: so that one knows what it
 * means that the handshakes hold there. No code of Ermine is in these.
 */
public final class MachineOrder {

    private static final int ONE = 0;
    /** On another cache line. */
    private static final int OTHER = 64;

    private static final int CELLS = 128;

    private MachineOrder() {}

    /** Each writes its own and reads the other's, as in a handshake, but that the writes are no volatile ones. */
    @JCStressTest
    @JCStressMeta(OneSeesTheOther.class)
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "a write comes after a later read")
    public static class ReadBeforeWrite {

        private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS);

        @Actor
        public void one(II_Result result) {
            cells.setRelease(ONE, 1);
            result.r1 = cells.getAcquire(OTHER);
        }

        @Actor
        public void other(II_Result result) {
            cells.setRelease(OTHER, 1);
            result.r2 = cells.getAcquire(ONE);
        }
    }

    /** The same with volatile accesses: what the handshakes rely on. */
    @JCStressTest
    @JCStressMeta(OneSeesTheOther.class)
    @State
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "volatile accesses have no order")
    public static class VolatileAccesses {

        private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS);

        @Actor
        public void one(II_Result result) {
            cells.set(ONE, 1);
            result.r1 = cells.get(OTHER);
        }

        @Actor
        public void other(II_Result result) {
            cells.set(OTHER, 1);
            result.r2 = cells.get(ONE);
        }
    }

    /** A datum and the word that it is there, without any order asked for. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "in order")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "two writes, or two reads, change places")
    public static class WritesAndReads {

        private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS);

        @Actor
        public void writer() {
            cells.setOpaque(ONE, 1);
            cells.setOpaque(OTHER, 1);
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = cells.getOpaque(OTHER);
            result.r2 = cells.getOpaque(ONE);
        }
    }
}
