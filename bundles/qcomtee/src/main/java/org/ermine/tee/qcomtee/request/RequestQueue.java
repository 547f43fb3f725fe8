// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.message.Results;
import org.ermine.tee.qcomtee.request.UserRequest.State;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/**
 * The requests to the user objects of one context: queued in the order in which they came, received in that order,
 * answered once each. Where they stand is kept by {@link PendingRequests}; here is what threads do about it: the client
 * waits, the supplicant copies the arguments, which it has to itself while it does so, as {@link HandOver} says. No
 * lock is held then.
 */
public final class RequestQueue {

    /** How long a client waits for a copy: a thousand times as long as one takes. */
    private static final long COPY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ContextHost host;
    private final RepeatLog problems;
    private final PendingRequests pending = new PendingRequests();

    /** @param problems where to tell of what the TEE or the owner can repeat */
    public RequestQueue(ContextHost host, RepeatLog problems) {
        this.host = host;
        this.problems = problems;
    }

    /** Where its requests stand. */
    PendingRequests pending() {
        return pending;
    }

    // ---- The client's side.

    /**
     * Queues a request and waits until it is answered, the deadline passes or the thread is interrupted.
     *
     * @param wait how long, and whether the client was interrupted before
     * @return 0, a positive result, or a negative errno; the arguments are the caller's again
     */
    public int call(UserRequest request, ClientWait wait) {
        if (!pending.add(request)) {
            return -Errno.ENODEV.number();
        }
        boolean over = false;
        try {
            host.requestQueued();
            int outcome = await(request, wait);
            over = true;
            return outcome;
        } finally {
            if (!over) {
                // Whatever the host threw, nobody holds the arguments of a request that the client gives up.
                wait.giveUp();
                await(request, wait);
            }
        }
    }

    private int await(UserRequest request, ClientWait wait) {
        HandOver handOver = request.handOver();
        while (!handOver.isSettled()) {
            Errno reason = reasonToLeave(handOver, wait);
            if (reason == null) {
                awaitAnswer(request, wait);
            } else if (pending.leave(request)) {
                return -reason.number();
            } else {
                awaitHolder(request, wait);
            }
        }
        return handOver.outcome();
    }

    private Errno reasonToLeave(HandOver handOver, ClientWait wait) {
        Errno reason = wait.reasonToLeave();
        boolean unserved = reason == null && host.graceLeft() <= 0 && handOver.state() == State.QUEUED;
        return unserved ? Errno.ENODEV : reason;
    }

    /** Whoever waits says so whatever the state: a worker that waits for another must not count as one that serves. */
    private void awaitAnswer(UserRequest request, ClientWait wait) {
        host.awaiting();
        if (wait.spin(request)) {
            return;
        }
        HandOver handOver = request.handOver();
        if (handOver.state() == State.CLOSED) {
            awaitHolder(request, wait);
            return;
        }
        handOver.sleep(HandOver.Sleep.FOR_THE_ANSWER);
        if (!handOver.isSettled()) {
            sleep(request, wait);
        }
        handOver.sleep(HandOver.Sleep.NOT);
    }

    private void sleep(UserRequest request, ClientWait wait) {
        HandOver handOver = request.handOver();
        long start = System.nanoTime();
        wait.sleep(request, handOver.state() == State.QUEUED ? host.graceLeft() : Long.MAX_VALUE);
        long woken = handOver.woken();
        if (woken - start > 0) {
            wait.woken(woken);
        }
    }

    /**
     * Whoever has the arguments only moves them, and is done soon. A copy of shared memory may hang in memory that
     * cannot be reached: it touches no argument, and is left behind.
     */
    private void awaitHolder(UserRequest request, ClientWait wait) {
        HandOver handOver = request.handOver();
        long end = System.nanoTime() + COPY_NANOS;
        handOver.sleep(HandOver.Sleep.TO_LEAVE);
        while (handOver.isKept()) {
            long left = end - System.nanoTime();
            if (!handOver.isCopied()) {
                wait.parkUntilGivenBack(request);
            } else if (left > 0) {
                wait.parkUntilGivenBack(request, left);
            } else if (handOver.leaveCopyBehind()) {
                tell(
                        "copy",
                        () -> "operation " + request.op() + " of an object of " + host.owner()
                                + ": its client leaves a copy of shared memory behind that hangs");
            }
        }
        handOver.sleep(HandOver.Sleep.NOT);
    }

    private void tell(String cause, Supplier<String> text) {
        problems.tell(List.of(cause, host.owner()), text);
    }

    /** Queues the notification that QTEE let a user object go; false if the context is closed. */
    public boolean notifyReleased(UserRequest notification) {
        boolean added = pending.add(notification);
        if (added) {
            host.requestQueued();
        }
        return added;
    }

    // ---- The supplicant's side.

    /** See {@link org.ermine.tee.spi.DriverContext#receive}. */
    public boolean receive(SupplicantRequest receiver, long waitNanos) throws TeeException, InterruptedException {
        long end = waitNanos > 0 ? System.nanoTime() + waitNanos : 0;
        long left = waitNanos;
        while (true) {
            UserRequest request = pending.select(receiver, left);
            if (request == null) {
                return false;
            }
            if (deliver(request, receiver)) {
                return true;
            }
            left = waitNanos > 0 ? end - System.nanoTime() : 0;
        }
    }

    /** See {@link org.ermine.tee.spi.DriverContext#receiveAwaited}. */
    public boolean receiveAwaited(SupplicantRequest receiver) throws TeeException {
        UserRequest request = pending.selectAwaited(receiver);
        return request != null && deliver(request, receiver);
    }

    /** Hands a request over to its receiver; false if that failed the request, or the context was closed meanwhile. */
    private boolean deliver(UserRequest request, SupplicantRequest receiver) {
        receiver.params().clear();
        if (!request.hasClient()) {
            receiver.set(-1, request.target().object(), request.op());
            request.target().notificationGone();
            return true;
        }
        receiver.set(request.id(), request.target().object(), request.op());
        receiver.queuedAt(request.queuedAt());
        receiver.awaitedBy(request.handOver().client());
        boolean copied = false;
        boolean delivered = false;
        try {
            request.arguments().prepareArguments(receiver);
            copied = true;
        } catch (TeeException e) {
            tell("delivery", () -> "a request to an object of " + host.owner() + " fails: " + e.getMessage());
        } finally {
            delivered = endDelivery(request, receiver, copied);
        }
        if (!delivered) {
            receiver.params().clear();
        }
        return delivered;
    }

    /**
     * Once the arguments are copied, only a close can have ended the request, which may as well come after this look.
     * Whatever is thrown, the client does not wait for the receiver any more.
     */
    private boolean endDelivery(UserRequest request, SupplicantRequest receiver, boolean copied) {
        HandOver handOver = request.handOver();
        boolean delivered = false;
        try {
            if (copied && handOver.state() == State.PROCESSING) {
                request.arguments().keepInputs(receiver);
                delivered = true;
            } else {
                request.arguments().takeInputsBack();
            }
        } finally {
            try {
                failUnless(delivered, request);
            } finally {
                handOver.giveBack();
            }
        }
        return delivered;
    }

    private void failUnless(boolean delivered, UserRequest request) {
        if (!delivered && pending.takeFailed(request)) {
            request.handOver().answer(-Errno.EINVAL.number());
        }
    }

    /** See {@link org.ermine.tee.spi.DriverContext#send}. */
    public void send(long id, int result, TeeParams params) throws TeeException {
        answer(pending.takeAnswered(id), result, params);
    }

    private void answer(UserRequest request, int result, TeeParams params) throws TeeException {
        int outcome = -Errno.EINVAL.number();
        try {
            if (result == 0) {
                request.arguments().updateMessage(params);
            }
            outcome = Results.ofObject(result);
        } finally {
            // From here on the client may use the request for something else.
            request.handOver().answer(outcome);
        }
    }

    /** See {@link org.ermine.tee.spi.DriverContext#fail}. */
    public void fail(long id, Errno reason) throws TeeException {
        pending.takeAnswered(id).handOver().answer(-reason.number());
    }

    /** Whether a client waits for the answer to this request. */
    public boolean isAwaited(long id) {
        return pending.isAwaited(id);
    }

    /** See {@link org.ermine.tee.spi.DriverContext#copyShared}. */
    public boolean copyShared(
            long id, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        HandOver.Copy copy = pending.beginCopy(id);
        if (copy == null) {
            return false;
        }
        boolean awaited = false;
        try {
            target.put(targetIndex, source, sourceIndex, length);
        } finally {
            awaited = copy.end();
        }
        return awaited;
    }

    /** See {@link org.ermine.tee.spi.DriverContext#workersChanged}. */
    public void workersChanged() {
        pending.wakeQueued();
    }

    // ---- The end.

    /** Fails everything with ENODEV, and all that comes later. An answer that is being taken over still arrives. */
    public void close() {
        for (UserRequest each = pending.close(); each != null; each = each.next) {
            each.target().notificationGone();
        }
    }

    /** The requests that are not answered yet. */
    public RequestDTO[] describe() {
        return pending.describe();
    }
}
