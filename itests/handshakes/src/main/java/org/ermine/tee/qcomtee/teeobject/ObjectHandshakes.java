// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import static org.ermine.tee.itests.handshakes.Results.number;

import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.itests.handshakes.OneSeesTheOther;
import org.ermine.tee.spi.HazardSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Objects of QTEE that are invoked, let go and released at once. */
public final class ObjectHandshakes {

    private static final int NAME = 0x41;
    private static final int IN_USE = 1;
    private static final int RELEASED_IN_USE = 2;

    private ObjectHandshakes() {}

    /** The queue is never started, so it only collects. */
    private static ReleaseQueue releases() {
        return new ReleaseQueue(
                "test", new ReleaseQueue.Bounds(1, 1, Long.MAX_VALUE / 2), new RepeatLog(line -> {}), name -> {});
    }

    /** One object in the table of a context, and what an invocation does with it. */
    private static final class Objects {

        private final ReleaseQueue releases = releases();
        private final SecureObjects secure = releases.objects();
        private final ObjectUses uses = new ObjectUses(secure);
        private final ObjectTable table = new ObjectTable(1, secure, uses);
        private final long id = added();

        private long added() {
            try {
                return table.add(secure.take(NAME, false));
            } catch (TeeException e) {
                throw new IllegalStateException(e);
            }
        }

        int use() {
            long key = table.key(id);
            int slot = uses.begin(key);
            try {
                table.find(id);
                return releases.pending() == 0 ? IN_USE : RELEASED_IN_USE;
            } catch (TeeException gone) {
                return 0;
            } finally {
                uses.end(slot, key);
            }
        }
    }

    /** Whether an object was in use, and how often it was released. */
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "gone, or invoked and released afterwards")
    @Outcome(expect = Expect.FORBIDDEN, desc = "released in use, or not once")
    private interface ReleasedAfterUse {}

    /** A client closes an object while another thread invokes it. */
    @JCStressTest
    @JCStressMeta(ReleasedAfterUse.class)
    @State
    public static class InvokeBesideRelease {

        private final Objects objects = new Objects();

        @Actor
        public void user(II_Result result) {
            result.r1 = objects.use();
        }

        @Actor
        public void owner() {
            objects.table.release(objects.id);
        }

        @Arbiter
        public void released(II_Result result) {
            result.r2 = objects.releases.pending();
        }
    }

    /** A context is closed while another thread invokes an object of it. */
    @JCStressTest
    @JCStressMeta(ReleasedAfterUse.class)
    @State
    public static class InvokeBesideClose {

        private final Objects objects = new Objects();

        @Actor
        public void user(II_Result result) {
            result.r1 = objects.use();
        }

        @Actor
        public void owner() {
            objects.table.close();
        }

        @Arbiter
        public void released(II_Result result) {
            result.r2 = objects.releases.pending();
        }
    }

    /**
     * A device is over and looks for what is kept in slots, while a user keeps something and looks whether it is over.
     */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "given up by one of the two")
    @Outcome(expect = Expect.FORBIDDEN, desc = "kept for ever, or a slot is nobody's and not free")
    public static class KeepBesideEnd {

        private final Objects objects = new Objects();
        private final ObjectUses uses = objects.uses;
        private final long key = objects.table.key(objects.id);
        private final int used = uses.begin(key);
        private volatile int over;
        /** Belongs to the slot that is used. */
        private int kept = 1;

        @Actor
        public void user() {
            if (over != 0) {
                kept = 0;
            }
            uses.end(used, key);
        }

        @Actor
        public void ender() {
            over = 1;
            for (int slot = uses.nextUsed(0); slot != HazardSlots.NOWHERE; slot = uses.nextUsed(slot + 1)) {
                int its = slot;
                while (!giveUpFree(slot) && !uses.leaveTo(slot, () -> giveUp(its))) {
                    Thread.onSpinWait();
                }
            }
        }

        private void giveUp(int slot) {
            if (slot == used) {
                kept = 0;
            }
        }

        private boolean giveUpFree(int slot) {
            boolean free = uses.take(slot);
            if (free) {
                giveUp(slot);
                uses.giveBack(slot);
            }
            return free;
        }

        @Arbiter
        public void left(II_Result result) {
            result.r1 = kept;
            result.r2 = number(uses.slots().next(0, 0, 0) != HazardSlots.NOWHERE);
        }
    }

    /**
     * An object is dropped while the thread that releases goes to sleep: it says so first and then looks for objects,
     * and whoever drops one looks afterwards whether somebody sleeps, as in {@link ReleaseQueue}.
     */
    @JCStressTest
    @JCStressMeta(OneSeesTheOther.class)
    @State
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "it sleeps, and nobody wakes it")
    public static class DropBesideSleep {

        private final SecureObjects objects = new SecureObjects(dropped -> {});
        private final DueReleases due = new DueReleases(objects);
        private final int object = objects.take(NAME, false);
        private volatile int sleeper;

        @Actor
        public void client(II_Result result) {
            due.add(object);
            result.r1 = sleeper;
        }

        @Actor
        public void releaser(II_Result result) {
            sleeper = 1;
            result.r2 = number(!due.nothingNew());
        }
    }

    /** Two objects are dropped while one thread takes all there are. */
    @JCStressTest
    @State
    @Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "too early: they are taken later")
    @Outcome(
            id = {"1, 1", "12, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "in the order in which they were dropped")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, or out of order")
    public static class DropBesideTaking {

        private final SecureObjects objects = new SecureObjects(last -> {});
        private final DroppedObjects dropped = new DroppedObjects(objects);

        @Actor
        public void client() {
            dropped.add(objects.take(1, false));
            dropped.add(objects.take(2, false));
        }

        @Actor
        public void releaser(II_Result result) {
            for (int object = dropped.takeAll(); object != SecureObjects.NONE; object = objects.link(object)) {
                result.r1 = 10 * result.r1 + objects.name(object);
            }
        }

        @Arbiter
        public void rest(II_Result result) {
            for (int object = dropped.takeAll(); object != SecureObjects.NONE; object = objects.link(object)) {
                result.r2++;
            }
        }
    }

    /** Two threads take handles, and one of them gives one back in between: no two holders have the same. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each has its own")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a handle was given out twice")
    public static class TakeBesideFree {

        private final SecureObjects objects = new SecureObjects(last -> {});
        private final int[] taken = {objects.take(), objects.take(), objects.take()};

        public TakeBesideFree() {
            for (int object : taken) {
                objects.free(object);
            }
        }

        @Actor
        public void one() {
            taken[0] = objects.take(1, false);
            taken[1] = objects.take(2, false);
        }

        @Actor
        public void other() {
            int first = objects.take(3, false);
            taken[2] = objects.take(3, false);
            objects.free(first);
        }

        @Arbiter
        public void names(II_Result result) {
            result.r1 = number(objects.name(taken[0]) == 1 && objects.name(taken[1]) == 2);
            result.r2 = number(objects.name(taken[2]) == 3);
        }
    }
}
