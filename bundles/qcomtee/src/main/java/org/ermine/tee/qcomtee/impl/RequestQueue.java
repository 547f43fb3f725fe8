// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.impl.UserRequest.State;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests to the user objects of one context: queued in the order in which they came, received in that order, answered
 * once each.
 *
 * <pre>
 * QUEUED --receive--> PROCESSING --send--> PROCESSED
 *    |                    |
 *    client gone:         client gone: the id stays reserved
 *    removed              until an answer to it was refused
 * </pre>
 *
 * <p>{@code lock} guards the list of queued requests, the table of ids, {@code closed}, and each request's state and outcome;
 * {@code held} is set under it, and cleared by the holder. No foreign code runs and no argument is touched while it is held:
 * the arguments are handed over (see {@link UserRequest}).
 *
 * <p>An id is in the table from the moment its request is queued until the first answer begins to be taken over, the client
 * leaves it queued, or the context closes. If the client leaves it in PROCESSING, a reservation takes its place.
 */
final class RequestQueue {

    private static final Logger LOG = LoggerFactory.getLogger(RequestQueue.class);

    private final ContextHost host;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final IdTable<UserRequest> table = new IdTable<>();
    private UserRequest head;
    private UserRequest tail;
    private boolean closed;

    RequestQueue(ContextHost host) {
        this.host = host;
    }

    // ---- The client's side.

    /**
     * Queues a request and waits until it is answered, the deadline passes or the thread is interrupted.
     *
     * @param wait how long, and whether the client was interrupted before
     * @return 0, a positive result, or a negative errno; the arguments are the caller's again
     */
    int call(UserRequest request, ClientWait wait) {
        lock.lock();
        try {
            if (closed) {
                return -Errno.ENODEV.number();
            }
            table.add(request);
            append(request);
            queued.signal();
        } finally {
            lock.unlock();
        }
        announce(request, wait);
        return await(request, wait);
    }

    /** Whatever happens to the announcement, nobody holds the arguments of a request that the client gives up. */
    private void announce(UserRequest request, ClientWait wait) {
        boolean announced = false;
        try {
            host.requestQueued();
            host.awaiting(request);
            announced = true;
        } finally {
            if (!announced) {
                wait.giveUp();
                await(request, wait);
            }
        }
    }

    private int await(UserRequest request, ClientWait wait) {
        while (!request.isSettled()) {
            Errno reason = wait.reasonToLeave();
            if (reason == null) {
                wait.park(request);
            } else if (leave(request)) {
                return -reason.number();
            } else if (request.isHeld()) {
                // Looked at after leave(), whose lock may have used up the wake-up of a holder that is done.
                wait.parkUntilLetGo(request);
            }
        }
        return request.outcome();
    }

    /** Takes the client out, unless the answer is there or another thread holds the arguments at this moment. */
    private boolean leave(UserRequest request) {
        lock.lock();
        try {
            if (request.isHeld() || request.state() == State.PROCESSED) {
                return false;
            }
            if (request.state() == State.QUEUED) {
                unlink(request);
                table.remove(request.id());
            } else {
                UserRequest reservation = new UserRequest(request.target(), request.op());
                reservation.process();
                table.replace(request.id(), reservation);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Queues the notification that QTEE let a user object go; false if the context is closed. */
    boolean notifyReleased(UserRequest notification) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            append(notification);
            queued.signal();
        } finally {
            lock.unlock();
        }
        host.requestQueued();
        return true;
    }

    // ---- The supplicant's side.

    /** See {@link org.ermine.tee.spi.DriverContext#receive}. */
    boolean receive(SupplicantRequest receiver, long waitNanos) throws TeeException, InterruptedException {
        long left = waitNanos;
        while (true) {
            UserRequest request;
            lock.lock();
            try {
                while (head == null && !closed && left > 0) {
                    left = queued.awaitNanos(left);
                }
                requireOpen();
                if (head == null) {
                    return false;
                }
                request = head;
                if (request.op() == Wire.OP_RELEASE) {
                    unlink(request);
                    deliverRelease(request, receiver);
                    return true;
                }
                requireRoom(request, receiver);
                unlink(request);
                request.process();
                request.hold();
            } finally {
                lock.unlock();
            }
            if (deliver(request, receiver)) {
                return true;
            }
        }
    }

    /** A receiver with too little room has used up the signal: it passes it on to one that waits. */
    private void requireRoom(UserRequest request, SupplicantRequest receiver) throws TeeException {
        try {
            request.requireRoom(receiver);
        } catch (TeeException e) {
            queued.signal();
            throw e;
        }
    }

    private static void deliverRelease(UserRequest notification, SupplicantRequest receiver) {
        receiver.params().clear();
        receiver.set(-1, notification.target().object(), Wire.OP_RELEASE);
        notification.target().context().notificationGone();
    }

    /** Hands a request over to its receiver; false if that failed the request, or the context was closed meanwhile. */
    private boolean deliver(UserRequest request, SupplicantRequest receiver) {
        receiver.params().clear();
        receiver.set(request.id(), request.target().object(), request.op());
        boolean copied = false;
        boolean delivered = false;
        try {
            request.copyTo(receiver);
            copied = true;
        } catch (TeeException e) {
            LOG.warn("a request to an object of {} fails: {}", host.owner(), e.getMessage());
        } finally {
            delivered = endDelivery(request, copied);
        }
        if (!delivered) {
            receiver.params().clear();
        }
        return delivered;
    }

    private boolean endDelivery(UserRequest request, boolean copied) {
        boolean awaited;
        lock.lock();
        try {
            if (!copied) {
                fail(request, Errno.EINVAL);
            }
            awaited = request.state() == State.PROCESSING;
        } finally {
            lock.unlock();
        }
        if (awaited) {
            request.keepInputs();
        } else {
            request.takeInputsBack();
        }
        letGo(request);
        return awaited;
    }

    /** From here on the client may use the request for something else. */
    private static void letGo(UserRequest request) {
        Thread client = request.client();
        request.letGo();
        LockSupport.unpark(client);
    }

    private void fail(UserRequest request, Errno errno) {
        if (request.state() != State.PROCESSED) {
            table.remove(request.id());
            request.complete(-errno.number());
        }
    }

    /** See {@link org.ermine.tee.spi.DriverContext#send}. */
    void send(long id, int result, TeeParams params) throws TeeException {
        UserRequest request = takeAnswered(id);
        int outcome = result;
        try {
            if (result == 0) {
                request.copyFrom(params);
            }
        } catch (TeeException e) {
            outcome = -Errno.EINVAL.number();
            throw e;
        } catch (RuntimeException | Error e) {
            outcome = -Errno.EINVAL.number();
            throw e;
        } finally {
            finish(request, outcome);
        }
    }

    /** Ends the life of an id; its request, whose arguments the caller holds from now on, is to be {@link #finish}ed. */
    private UserRequest takeAnswered(long id) throws TeeException {
        lock.lock();
        try {
            requireOpen();
            UserRequest request = table.get(id);
            if (request == null || request.state() != State.PROCESSING || request.isHeld()) {
                throw new TeeException(Errno.EINVAL, "no request " + id + " is being processed");
            }
            table.remove(id);
            if (request.client() == null) {
                throw new TeeException(Errno.EINVAL, "nobody waits for the answer to request " + id + " any more");
            }
            request.hold();
            return request;
        } finally {
            lock.unlock();
        }
    }

    private void finish(UserRequest request, int outcome) {
        lock.lock();
        try {
            request.complete(outcome);
        } finally {
            lock.unlock();
        }
        letGo(request);
    }

    /** Whether a client waits for the answer to this request. */
    boolean isAwaited(long id) {
        lock.lock();
        try {
            UserRequest request = table.get(id);
            return request != null && request.client() != null;
        } finally {
            lock.unlock();
        }
    }

    // ---- The end.

    /** Fails everything with ENODEV, and all that comes later. An answer that is being taken over still arrives. */
    void close() {
        List<UserRequest> notifications = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            while (head != null) {
                if (head.client() == null) {
                    notifications.add(head);
                }
                unlink(head);
            }
            for (UserRequest request : table.clear()) {
                if (request.client() != null) {
                    request.complete(-Errno.ENODEV.number());
                    LockSupport.unpark(request.client());
                }
            }
            queued.signalAll();
        } finally {
            lock.unlock();
        }
        notifications.forEach(notification -> notification.target().context().notificationGone());
    }

    /** The requests that are not answered yet. */
    RequestDTO[] describe() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return table.entries().stream()
                    .filter(request -> request.client() != null)
                    .map(request -> describe(request, now))
                    .toArray(RequestDTO[]::new);
        } finally {
            lock.unlock();
        }
    }

    private static RequestDTO describe(UserRequest request, long now) {
        RequestDTO dto = new RequestDTO();
        dto.id = request.id();
        dto.object = request.target().object();
        dto.op = request.op();
        dto.state = request.state().name();
        dto.age = TimeUnit.NANOSECONDS.toMillis(now - request.queuedAt());
        return dto;
    }

    private void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "the context is closed");
        }
    }

    private void append(UserRequest request) {
        request.previous = tail;
        request.next = null;
        if (tail == null) {
            head = request;
        } else {
            tail.next = request;
        }
        tail = request;
    }

    private void unlink(UserRequest request) {
        if (request.previous == null) {
            head = request.next;
        } else {
            request.previous.next = request.next;
        }
        if (request.next == null) {
            tail = request.previous;
        } else {
            request.next.previous = request.previous;
        }
        request.next = null;
        request.previous = null;
    }
}
