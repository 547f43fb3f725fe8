// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import static org.ermine.tee.itests.handshakes.Results.number;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
import org.openjdk.jcstress.infra.results.I_Result;

/** A {@link HandOver} between a client and those who work on its request. */
public final class RequestHandshakes {

    private static final int OUTCOME = 9;
    private static final int UNSETTLED = -1;
    private static final int COMPLETED_TWICE = 2;

    private RequestHandshakes() {}

    private static HandOver queued() {
        HandOver handOver = new HandOver();
        handOver.begin();
        return handOver;
    }

    private static HandOver held() {
        HandOver handOver = queued();
        handOver.take();
        return handOver;
    }

    private static HandOver processed() {
        HandOver handOver = held();
        handOver.giveBack();
        return handOver;
    }

    /** The client looks for its answer while it is given. */
    @JCStressTest
    @State
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "not answered yet")
    @Outcome(id = "9, 1", expect = Expect.ACCEPTABLE, desc = "the answer, with its bytes")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the client goes on without its answer")
    public static class LookBesideAnswer {

        private final HandOver handOver = processed();
        private int bytes;

        @Actor
        public void worker() {
            handOver.takeAnswer();
            bytes = 1;
            handOver.answer(OUTCOME);
        }

        @Actor
        public void client(II_Result result) {
            boolean settled = handOver.isSettled();
            result.r1 = settled ? handOver.outcome() : UNSETTLED;
            result.r2 = settled ? bytes : UNSETTLED;
        }
    }

    /** The client leaves while its request is taken. */
    @JCStressTest
    @JCStressMeta(OneComesFirst.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "two have the arguments, or nobody")
    public static class LeaveBesideTake {

        private final HandOver handOver = queued();

        @Actor
        public void client(II_Result result) {
            result.r1 = number(handOver.leave());
        }

        @Actor
        public void worker(II_Result result) {
            result.r2 = number(handOver.take());
        }
    }

    /** The client leaves while its request is answered. */
    @JCStressTest
    @JCStressMeta(OneComesFirst.class)
    @State
    @Outcome(expect = Expect.FORBIDDEN, desc = "two have the arguments, or nobody")
    public static class LeaveBesideAnswer {

        private final HandOver handOver = processed();

        @Actor
        public void client(II_Result result) {
            result.r1 = number(handOver.leave());
        }

        @Actor
        public void worker(II_Result result) {
            result.r2 = number(handOver.takeAnswer());
        }
    }

    /** The context is closed while a receiver lets the arguments go. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "closed, and the client goes on")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the client waits for ever")
    public static class LetGoBesideClose {

        private final HandOver handOver = held();

        @Actor
        public void receiver() {
            handOver.giveBack();
        }

        @Actor
        public void closer(II_Result result) {
            result.r1 = number(handOver.close());
        }

        @Arbiter
        public void client(II_Result result) {
            result.r2 = number(handOver.isSettled());
        }
    }

    /** The context is closed while a receiver lets the arguments go, after which the client looks. */
    @JCStressTest
    @State
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not closed yet")
    @Outcome(id = "-19", expect = Expect.ACCEPTABLE, desc = "closed, and the client is told so")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the client goes on without the outcome")
    public static class LookBesideClose {

        private final HandOver handOver = held();

        @Actor
        public void closer() {
            handOver.close();
        }

        @Actor
        public void client(I_Result result) {
            handOver.giveBack();
            result.r1 = handOver.isSettled() ? handOver.outcome() : UNSETTLED;
        }
    }

    /** The context is closed while a request is answered: the client has one of the two. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 9", expect = Expect.ACCEPTABLE, desc = "answered")
    @Outcome(id = "0, 1, -19", expect = Expect.ACCEPTABLE, desc = "closed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the client has neither, or the wrong one")
    public static class AnswerBesideClose {

        private final HandOver handOver = processed();

        @Actor
        public void worker(III_Result result) {
            result.r1 = number(handOver.takeAnswer());
            if (result.r1 > 0) {
                answer(result);
            }
        }

        private void answer(III_Result result) {
            try {
                handOver.answer(OUTCOME);
            } catch (IllegalStateException e) {
                result.r1 = COMPLETED_TWICE;
            }
        }

        @Actor
        public void closer(III_Result result) {
            result.r2 = number(handOver.close());
        }

        @Arbiter
        public void client(III_Result result) {
            result.r3 = handOver.isSettled() ? handOver.outcome() : UNSETTLED;
        }
    }

    /** A client goes to sleep while its answer is given. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it has the answer")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
    public static class SleepBesideAnswer {

        /** Long against all that a busy machine does to a thread. */
        private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

        private final HandOver handOver = new HandOver();
        private volatile boolean ready;

        @Actor
        public void client(I_Result result) {
            handOver.begin();
            handOver.take();
            handOver.giveBack();
            handOver.takeAnswer();
            ready = true;
            handOver.sleep(HandOver.Sleep.FOR_THE_ANSWER);
            long end = System.nanoTime() + PATIENCE;
            long left = PATIENCE;
            while (!handOver.isSettled() && left > 0) {
                LockSupport.parkNanos(handOver, left);
                left = end - System.nanoTime();
            }
            result.r1 = number(left > 0);
        }

        @Actor
        public void worker() {
            while (!ready) {
                Thread.onSpinWait();
            }
            handOver.answer(OUTCOME);
        }
    }
}
