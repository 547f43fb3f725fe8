// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.util.function.BooleanSupplier;

/**
 * A request of QTEE to a user object: the callback it came with, and its {@link HandOver}, which says where it stands
 * and whose its arguments are.
 *
 * <p>A client reuses its request for its next callback: by then it stands in no list and no table.
 */
public final class UserRequest implements IdTable.Entry, BooleanSupplier {

    /** Where a request stands, see {@link HandOver}. */
    enum State {
        QUEUED,
        PROCESSING,
        ANSWERING,
        PROCESSED,
        LEFT,
        CLOSED
    }

    private final RequestArguments arguments;
    /** Null where nobody waits: a notification, or the reservation of an id. */
    private final HandOver handOver;

    /** Takes the place of a request that its client leaves. Made ahead: to leave needs no memory. */
    private UserRequest reservation;

    // Set by the client before the request is queued.
    private RequestTarget target;
    private int op;
    private long queuedAt;

    private volatile long id;

    // The links of the queue, guarded by the lock; after a close those between notifications, which are one thread's.
    UserRequest next;
    UserRequest previous;

    public UserRequest(RequestArguments arguments) {
        this.arguments = arguments;
        this.handOver = new HandOver();
        this.reservation = new UserRequest(null, 0);
    }

    /**
     * A notification that QTEE let a user object go, or a reservation: nobody waits for it, and it has no arguments.
     */
    public UserRequest(RequestTarget target, int op) {
        this.arguments = null;
        this.handOver = null;
        this.target = target;
        this.op = op;
    }

    /** Called by the client: the calling thread will wait for the answer. */
    public void begin(RequestTarget target, int op) {
        if (reservation == null) {
            reservation = new UserRequest(null, 0);
        }
        this.target = target;
        this.op = op;
        queuedAt = System.nanoTime();
        handOver.begin();
    }

    /** Called by the client when its invocation is over, so that this keeps no context and no thread alive. */
    public void end() {
        target = null;
        handOver.end();
    }

    /** What reserves the id of this request, of which its client has left. */
    UserRequest takeReservation() {
        UserRequest taken = reservation;
        reservation = null;
        taken.target = target;
        taken.op = op;
        return taken;
    }

    int op() {
        return op;
    }

    RequestTarget target() {
        return target;
    }

    RequestArguments arguments() {
        return arguments;
    }

    HandOver handOver() {
        return handOver;
    }

    /** Whether a client waits, or has waited, for the answer. */
    boolean hasClient() {
        return handOver != null;
    }

    long queuedAt() {
        return queuedAt;
    }

    @Override
    public boolean getAsBoolean() {
        return handOver.isSettled();
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
}
