// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.ermine.tee.itests.handshakes.Results.number;

import org.ermine.tee.fakes.IdleSource;
import org.ermine.tee.itests.handshakes.OneComesFirst;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** A worker that looks out for a turn, and threads that hand it one. */
public final class LookoutHandshakes {

    private LookoutHandshakes() {}

    /** A context of which only what was written before it was handed over is asked for. */
    private static final class Source extends IdleSource {

        private int written;

        Source() {
            super("");
        }
    }

    /** A turn is handed over and there, or the other one came first and there is none. */
    @Outcome(
            id = {"1, 0, 1", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one comes first")
    private interface HandedOrNot {}

    /** A worker that looks out for a turn already. */
    private static final class Worker {

        private final Lookout lookout = new Lookout();

        Worker() {
            if (!lookout.begin()) {
                throw new IllegalStateException("somebody else looks out");
            }
        }

        int hand() {
            return number(lookout.hand(new Source()));
        }

        int take() {
            return number(lookout.take() != null);
        }
    }

    /** The worker gives up while it is handed a turn. */
    @JCStressTest
    @JCStressMeta(HandedOrNot.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn is lost, or the worker has it and does not know")
    public static class HandBesideGiveUp {

        private final Worker worker = new Worker();

        @Actor
        public void announcer(III_Result result) {
            result.r1 = worker.hand();
        }

        @Actor
        public void looksOut(III_Result result) {
            result.r2 = number(worker.lookout.giveUp());
        }

        @Arbiter
        public void left(III_Result result) {
            result.r3 = worker.take();
        }
    }

    /** Two hand over turns at once: the worker gets one of them, and the other one stays with whoever has it. */
    @JCStressTest
    @JCStressMeta(OneComesFirst.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "one replaces the other, or none is handed over")
    public static class TwoHands {

        private final Worker worker = new Worker();

        @Actor
        public void one(II_Result result) {
            result.r1 = worker.hand();
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = worker.hand();
        }
    }

    /** The worker is recalled while it is handed a turn. */
    @JCStressTest
    @JCStressMeta(HandedOrNot.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn is lost, or the worker sees neither")
    public static class HandBesideRecall {

        private final Worker worker = new Worker();

        @Actor
        public void announcer(III_Result result) {
            result.r1 = worker.hand();
        }

        @Actor
        public void pool(III_Result result) {
            result.r2 = number(worker.lookout.recall());
        }

        @Arbiter
        public void looksOut(III_Result result) {
            result.r3 = worker.take();
        }
    }

    /** What was written before a turn is handed over is there for whoever takes it. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "handed over, and complete")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the worker gave up before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the worker has a turn without what belongs to it")
    public static class TurnIsComplete {

        private final Worker worker = new Worker();

        @Actor
        public void announcer(II_Result result) {
            Source source = new Source();
            source.written = 1;
            result.r1 = number(worker.lookout.hand(source));
        }

        @Actor
        public void looksOut(II_Result result) {
            result.r2 = worker.lookout.take() instanceof Source source ? source.written : 1;
        }
    }
}
