// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import static org.ermine.tee.itests.handshakes.Results.number;

import org.ermine.tee.itests.handshakes.OneComesFirst;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What {@link HazardSlots} promises two threads. */
public final class SlotHandshakes {

    private static final long KEY = 7;
    private static final long OTHER_KEY = 8;

    private SlotHandshakes() {}

    /** A user announces and looks up, while another thread takes the thing out and looks for users. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "in use, and seen")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "seen in vain")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "too late")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "in use, and not seen")
    public static class AnnounceBesideRemoval {

        private final HazardSlots slots = new HazardSlots();
        private volatile int table = 1;

        @Actor
        public void user(II_Result result) {
            slots.claim(KEY);
            result.r1 = table;
        }

        @Actor
        public void remover(II_Result result) {
            table = 0;
            result.r2 = number(slots.isClaimed(KEY));
        }
    }

    /** The last user leaves and looks whether it was closed, while another thread closes it and looks for users. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the user sees that it is the last")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both see that there is none")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "who closes sees that there is none")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "nobody sees that there is none")
    public static class LeaveBesideClose {

        private final HazardSlots slots = new HazardSlots();
        private final int slot = slots.claim(KEY);
        private volatile int closed;

        @Actor
        public void closer(II_Result result) {
            closed = 1;
            result.r1 = number(!slots.isClaimed(KEY));
        }

        @Actor
        public void user(II_Result result) {
            slots.release(slot, KEY);
            result.r2 = closed;
        }
    }

    /** A user releases its slot while another thread marks it. */
    @JCStressTest
    @JCStressMeta(OneComesFirst.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "both did it, or neither")
    public static class ReleaseBesideMark {

        private final HazardSlots slots = new HazardSlots();
        private final int slot = slots.claim(KEY);

        @Actor
        public void user(II_Result result) {
            result.r1 = number(slots.release(slot, KEY));
        }

        @Actor
        public void marker(II_Result result) {
            result.r2 = number(slots.mark(slot, KEY));
        }
    }

    /** What belongs to a slot passes from one user to the next. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "too early, or it has what the last one left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "what the last one wrote is not there")
    public static class SuccessionInSlot {

        private final HazardSlots slots = new HazardSlots();
        private final int slot = slots.claim(KEY);
        private int belongings;

        @Actor
        public void user() {
            belongings = 1;
            slots.release(slot, KEY);
        }

        @Actor
        public void next(I_Result result) {
            result.r1 = slots.claim(slot, OTHER_KEY) ? belongings : 1;
        }
    }

    /** Two threads claim slots for the first time. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both are seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "nobody looks at a claimed slot")
    public static class TwoFirstClaims {

        private final HazardSlots slots = new HazardSlots();

        @Actor
        public void one() {
            slots.claim(KEY);
        }

        @Actor
        public void other() {
            slots.claim(OTHER_KEY);
        }

        @Arbiter
        public void both(II_Result result) {
            result.r1 = number(slots.isClaimed(KEY));
            result.r2 = number(slots.isClaimed(OTHER_KEY));
        }
    }
}
