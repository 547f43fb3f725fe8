// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/**
 * One request, from its begin to its outcome and beyond: whoever sees it says so, and what does not fit together is a
 * fault.
 *
 * <p>All mutable state is guarded by this.
 */
public final class Request {

    private final Ledger ledger;
    private final long number;
    private final Kind kind;
    private final Plan plan;
    private final String target;
    private final ContextLife context;
    /** The request in the course of which this one is made; null if there is none. */
    private final Request parent;

    private final long limitNanos;
    private final long begun = System.nanoTime();
    private final String client = Thread.currentThread().getName();

    private int reached;
    private Call call;
    private boolean interrupted;
    private boolean innerRefused;
    private boolean ended;
    private boolean reportedHung;

    Request(
            Ledger ledger,
            long number,
            Kind kind,
            Plan plan,
            String target,
            ContextLife context,
            Request parent,
            long limitNanos) {
        this.ledger = ledger;
        this.number = number;
        this.kind = kind;
        this.plan = plan;
        this.target = target;
        this.context = context;
        this.parent = parent;
        this.limitNanos = limitNanos;
    }

    public long number() {
        return number;
    }

    Plan plan() {
        return plan;
    }

    long begun() {
        return begun;
    }

    // ---- What others see of it.

    /** The secure world works on it. */
    synchronized void reached() {
        if (++reached > 1) {
            ledger.fault(Fault.DOUBLED, this + " came to the secure world " + reached + " times");
        }
    }

    /** A handler works on it. */
    synchronized void handled(Call by) {
        by.of(this);
        if (call != null) {
            ledger.fault(Fault.DOUBLED, this + " was handled by " + call + " and by " + by);
        }
        call = by;
    }

    /** Its thread is about to be interrupted. */
    synchronized void interrupted() {
        interrupted = true;
    }

    private synchronized void innerRefused() {
        innerRefused = true;
    }

    // ---- Its outcome.

    /** A context is open. */
    public synchronized void connected() {
        if (!isSecondOutcome("connected")) {
            ledger.answered(this);
        }
    }

    /**
     * It was answered.
     *
     * @param answered the number of the request that the answer is for
     * @param who the generation that signed the answer; 0 where no handler has a part in it
     * @param content what the answer says
     * @param payload what was sent
     */
    public synchronized void answered(long answered, int who, long content, byte[] payload) {
        if (isSecondOutcome("answered")) {
            return;
        }
        if (answered != number || content != Content.of(number, payload, who)) {
            ledger.fault(Fault.WRONG, this + ": the answer is not one to it");
        } else if (reached != 1) {
            ledger.fault(Fault.WRONG, this + " was answered, but the secure world saw it " + reached + " times");
        } else if (kind.isHandled()) {
            checkHandled(who);
        }
        ledger.answered(this);
    }

    private void checkHandled(int who) {
        if (call == null || !call.hasAnswered() || call.generation().id() != who) {
            ledger.fault(Fault.WRONG, this + ": signed by generation " + who + ", but handled by " + call);
        } else if (plan.refusal(kind) != null) {
            ledger.fault(Fault.WRONG, this + " was answered, though its handler was told not to");
        }
    }

    /** It was refused. */
    public synchronized void refused(Result result, String message) {
        if (isSecondOutcome("refused")) {
            return;
        }
        long now = System.nanoTime();
        String cause = cause(result, now);
        if (parent != null) {
            parent.innerRefused();
        }
        if (cause == null) {
            boolean swapped = ledger.swapTouches(target, begun, now);
            ledger.fault(
                    swapped ? Fault.REFUSED_DURING_SWAP : Fault.REFUSED,
                    this + " was refused with " + result + " after " + (now - begun) / 1_000_000 + " ms: " + message);
        }
        ledger.refused(this, cause == null ? "no cause" : cause, result);
    }

    private boolean isSecondOutcome(String outcome) {
        if (ended) {
            ledger.fault(Fault.DOUBLED, this + " was " + outcome + " after it had ended");
            return true;
        }
        ended = true;
        return false;
    }

    /** Why it may be refused like this; null if it must not. */
    private String cause(Result result, long now) {
        if (call != null && result.equals(plan.refusal(kind)) && (plan != Plan.HANG || call.exceededLimit())) {
            return "as its handler was told: " + plan;
        }
        if (call != null && result.equals(Result.CALLBACK_TIMEOUT) && call.exceededLimit()) {
            return "handler slower than its time limit";
        }
        if (call != null && call.wasKilled() && result.equals(Result.ERROR)) {
            return "handler killed";
        }
        if (innerRefused && result.equals(Result.INNER_REFUSED)) {
            return "inner request refused";
        }
        if (interrupted && result.isInterrupted(kind)) {
            return "client interrupted";
        }
        // The second where the secure world still waits, for a listener's turn as a rule, when the grace is over too.
        if ((result.equals(Result.CALLBACK_TIMEOUT) || result.equals(Result.TIMEOUT)) && now - begun >= limitNanos) {
            return "time limit of the client";
        }
        return result.isGone(kind) ? causeOfEnd(now) : null;
    }

    private String causeOfEnd(long now) {
        if (ledger.disturbed(context.openedNanos(), now)) {
            return "part of Ermine away";
        }
        if (context.owner().isEnding()) {
            return "client stopped";
        }
        return context.isClosing() ? "context closed" : null;
    }

    /** Says once that it takes too long. */
    synchronized boolean isOverdue(long now, long boundNanos) {
        if (ended || reportedHung || now - begun < boundNanos) {
            return false;
        }
        reportedHung = true;
        return true;
    }

    /** Whether its callback object must have been released by now, if it came to the secure world. */
    boolean owesRelease() {
        return !context.owner().isEnding() && !ledger.disturbed(context.openedNanos(), context.endNanos());
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    Kind kind() {
        return kind;
    }

    @Override
    public String toString() {
        return kind + " request " + number + " of " + context.owner() + " to " + target + " (" + plan + ", by " + client
                + (call == null ? "" : ", handled by " + call) + ")";
    }
}
