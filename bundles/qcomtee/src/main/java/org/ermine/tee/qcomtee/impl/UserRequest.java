// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.function.BooleanSupplier;

/**
 * A request of QTEE to a user object: the callback it came with, and where it stands. Moves from QUEUED to PROCESSING to
 * PROCESSED, never back; {@link PendingRequests} alone moves it.
 *
 * <p><b>Who owns the arguments</b>: the client whose invocation the callback interrupted, except while {@link #held} is set; then
 * it is the thread that receives or answers the request, and the client waits. The thread that sets {@code held} does so under
 * the lock of {@link PendingRequests}, together with the look at the state.
 *
 * <p>While shared memory is copied for the request its client is kept too, by {@code copied}; but the copying thread touches no
 * argument, so that a client can leave a copy behind that hangs. What it then ends is known by its id, not by this object,
 * which the client may have used again.
 *
 * <p>A client reuses its request for its next callback: by then it stands in no list and no table.
 */
final class UserRequest implements IdTable.Entry, BooleanSupplier {

    enum State {
        QUEUED,
        PROCESSING,
        PROCESSED
    }

    private static final long NONE = -1;

    private final RequestArguments arguments;

    // Set by the client before the request is queued.
    private UserObject target;
    private int op;
    private Thread client;
    private long queuedAt;

    // Written under the lock, held cleared without it; the client reads them without it.
    private volatile State state;
    private volatile boolean held;
    private int outcome;

    /** The id for which shared memory is being copied, or {@link #NONE}. Written under the lock. */
    private volatile long copied = NONE;

    private volatile long id;

    // The links of the queue, guarded by the lock.
    UserRequest next;
    UserRequest previous;

    UserRequest(RequestArguments arguments) {
        this.arguments = arguments;
    }

    /** A notification that QTEE let a user object go, or a reservation: nobody waits for it, and it has no arguments. */
    UserRequest(UserObject target, int op) {
        this(null);
        this.target = target;
        this.op = op;
        this.state = State.QUEUED;
    }

    /** Called by the client: the calling thread will wait for the answer. */
    void prepare(UserObject target, int op) {
        this.target = target;
        this.op = op;
        client = Thread.currentThread();
        queuedAt = System.nanoTime();
        state = State.QUEUED;
        held = false;
        outcome = 0;
    }

    /** Called by the client when its invocation is over, so that this keeps no context and no thread alive. */
    void forget() {
        target = null;
        client = null;
    }

    int op() {
        return op;
    }

    UserObject target() {
        return target;
    }

    RequestArguments arguments() {
        return arguments;
    }

    /** The client's thread; null if nobody waits. */
    Thread client() {
        return client;
    }

    long queuedAt() {
        return queuedAt;
    }

    State state() {
        return state;
    }

    /** Whether the client has to stay: another thread has its arguments, or copies memory that it shares. */
    boolean isHeld() {
        return held || isCopied();
    }

    boolean isCopied() {
        return copied != NONE;
    }

    /** Whether it is answered and its arguments are the client's again. */
    boolean isSettled() {
        return state == State.PROCESSED && !isHeld();
    }

    @Override
    public boolean getAsBoolean() {
        return isSettled();
    }

    /** 0, a positive result or a negative errno; valid in state PROCESSED. */
    int outcome() {
        return outcome;
    }

    long id() {
        return id;
    }

    @Override
    public boolean hasId(long id) {
        return this.id == id;
    }

    @Override
    public void id(long id) {
        this.id = id;
    }

    void process() {
        if (state != State.QUEUED) {
            throw new IllegalStateException("a request is " + state + ", not " + State.QUEUED);
        }
        state = State.PROCESSING;
    }

    void complete(int outcome) {
        if (state == State.PROCESSED) {
            throw new IllegalStateException("a request is completed twice");
        }
        this.outcome = outcome;
        state = State.PROCESSED;
    }

    void hold() {
        held = true;
    }

    void letGo() {
        held = false;
    }

    void beginCopy() {
        copied = id;
    }

    /** Whether this copy was still going on. */
    boolean endCopy(long id) {
        boolean ended = copied == id;
        if (ended) {
            copied = NONE;
        }
        return ended;
    }
}
