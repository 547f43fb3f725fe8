// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.callback.SourceLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** A worker that looks out for a turn, and who hands it one. */
public final class LookoutHandshakes {

    private LookoutHandshakes() {}

    private static int number(boolean happened) {
        return happened ? 1 : 0;
    }

    /** A context of which only what was written before it was handed over is asked for. */
    private static final class Source implements CallbackSource {

        private int written;

        @Override
        public String owner() {
            return "";
        }

        @Override
        public SourceLine.Place place() {
            return null;
        }

        @Override
        public CallbackCall next(CallbackWorkers workers) {
            return null;
        }

        @Override
        public CallbackCall awaited(CallbackWorkers workers) {
            return null;
        }
    }

    /** The worker gives up while it is handed a turn. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 1", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one comes first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn is lost, or the worker has it and does not know")
    public static class HandBesideGiveUp {

        private final Lookout lookout = new Lookout();
        private final boolean begun = lookout.begin();

        @Actor
        public void announcer(III_Result result) {
            result.r1 = number(begun && lookout.hand(new Source()));
        }

        @Actor
        public void worker(III_Result result) {
            result.r2 = number(lookout.giveUp());
        }

        @Arbiter
        public void left(III_Result result) {
            result.r3 = number(lookout.take() != null);
        }
    }

    /** Two hand over turns at once: the worker gets one of them, and the other one stays with who has it. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one is handed over")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one replaces the other, or none is handed over")
    public static class TwoHands {

        private final Lookout lookout = new Lookout();
        private final boolean begun = lookout.begin();

        @Actor
        public void one(II_Result result) {
            result.r1 = number(begun && lookout.hand(new Source()));
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = number(lookout.hand(new Source()));
        }
    }

    /** The worker is recalled while it is handed a turn. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 1", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one comes first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn is lost, or the worker sees neither")
    public static class HandBesideRecall {

        private final Lookout lookout = new Lookout();
        private final boolean begun = lookout.begin();

        @Actor
        public void announcer(III_Result result) {
            result.r1 = number(begun && lookout.hand(new Source()));
        }

        @Actor
        public void pool(III_Result result) {
            result.r2 = number(lookout.recall());
        }

        @Arbiter
        public void worker(III_Result result) {
            result.r3 = number(lookout.take() != null);
        }
    }

    /** What was written before a turn is handed over is there for whoever takes it. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "handed over, and complete")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the worker gave up before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the worker has a turn without what belongs to it")
    public static class TurnIsComplete {

        private final Lookout lookout = new Lookout();
        private final boolean begun = lookout.begin();

        @Actor
        public void announcer(II_Result result) {
            Source source = new Source();
            source.written = 1;
            result.r1 = number(begun && lookout.hand(source));
        }

        @Actor
        public void worker(II_Result result) {
            result.r2 = lookout.take() instanceof Source source ? source.written : 1;
        }
    }
}
