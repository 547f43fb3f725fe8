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
import org.ermine.tee.spi.SupplicantRequest;

/**
 * The requests of one context that are not answered yet, and where each of them stands.
 *
 * <pre>
 * QUEUED --select--> PROCESSING --takeAnswered, complete--> PROCESSED
 *    |                    |
 *    leave: removed       leave: the id stays reserved
 *                         until an answer to it was refused
 * </pre>
 *
 * <p>{@code lock} guards the list of queued requests, the table of ids, {@code closed}, and each request's state and outcome;
 * {@code held} is set under it, and cleared by the holder; {@code copied} is set and cleared under it. Each method is one critical section: no foreign code runs in it, and no
 * argument is touched.
 *
 * <p>An id is in the table from the moment its request is queued until the first answer begins to be taken over, the client
 * leaves it queued, or the context closes. If the client leaves it in PROCESSING, a reservation takes its place.
 */
final class PendingRequests {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final IdTable<UserRequest> table = new IdTable<>();
    private UserRequest head;
    private UserRequest tail;
    private boolean closed;

    /** For those whose section reaches from one of the methods of this to another. */
    ReentrantLock lock() {
        return lock;
    }

    /** Queues a request or, without a client, a notification; false if the context is closed. */
    boolean add(UserRequest request) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (request.client() != null) {
                table.add(request);
            }
            append(request);
            queued.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a client's request out, unless the answer is there or another thread holds the arguments at this moment. */
    boolean leave(UserRequest request) {
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

    /**
     * Takes the first of the queue, waiting for one. A request is PROCESSING from then on, and the calling thread holds its
     * arguments; a notification is done with.
     *
     * @param waitNanos how long to wait; with 0 or less not at all
     * @return null if there was none in that time
     * @throws TeeException ENODEV if the context is closed, EINVAL if the receiver has too little room: the request stays first
     */
    UserRequest select(SupplicantRequest receiver, long waitNanos) throws TeeException, InterruptedException {
        lock.lock();
        try {
            long left = waitNanos;
            while (head == null && !closed && left > 0) {
                left = queued.awaitNanos(left);
            }
            requireOpen();
            UserRequest request = head;
            if (request == null) {
                return null;
            }
            if (request.client() != null) {
                requireRoom(request, receiver);
                request.process();
                request.hold();
            }
            unlink(request);
            return request;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the request for whose answer the calling thread waits, wherever it stands in the queue, as {@link #select} takes the
     * first. It is looked for from the end, where it was put just now.
     *
     * @return null if it was taken before
     */
    UserRequest selectAwaited(SupplicantRequest receiver) throws TeeException {
        lock.lock();
        try {
            requireOpen();
            UserRequest request = tail;
            while (request != null && request.client() != Thread.currentThread()) {
                request = request.previous;
            }
            if (request != null) {
                request.arguments().requireRoom(receiver);
                request.process();
                request.hold();
                unlink(request);
            }
            return request;
        } finally {
            lock.unlock();
        }
    }

    /** The clients of requests that nobody has taken yet look anew how long they may wait for that. */
    void wakeQueued() {
        lock.lock();
        try {
            for (UserRequest request = head; request != null; request = request.next) {
                LockSupport.unpark(request.client());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A receiver with too little room has used up the signal: it passes it on to one that waits. */
    private void requireRoom(UserRequest request, SupplicantRequest receiver) throws TeeException {
        try {
            request.arguments().requireRoom(receiver);
        } catch (TeeException e) {
            queued.signal();
            throw e;
        }
    }

    /**
     * The holder of a selected request has tried to copy its arguments, and still holds them.
     *
     * @param copied if not, the request fails with EINVAL
     * @return whether it is to be answered; if not, it failed, or the context was closed meanwhile
     */
    boolean endDelivery(UserRequest request, boolean copied) {
        lock.lock();
        try {
            if (!copied && request.state() != State.PROCESSED) {
                table.remove(request.id());
                request.complete(-Errno.EINVAL.number());
            }
            return request.state() == State.PROCESSING;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the life of an id; its request, whose arguments the caller holds from now on, is to be {@linkplain #complete completed}.
     *
     * @throws TeeException ENODEV if the context is closed, EINVAL if no answer to this id is due
     */
    UserRequest takeAnswered(long id) throws TeeException {
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

    /**
     * Keeps the client of a request that is being processed from leaving while memory that it shares is copied.
     *
     * @return null if no client waits for it, or another thread keeps it
     */
    UserRequest beginCopy(long id) {
        lock.lock();
        try {
            UserRequest request = table.get(id);
            if (request == null
                    || request.client() == null
                    || request.state() != State.PROCESSING
                    || request.isHeld()) {
                return null;
            }
            request.beginCopy();
            return request;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The copy for the request that has this id is done, or its client waits for it no longer.
     *
     * @return false if that was so before
     */
    boolean endCopy(UserRequest request, long id) {
        lock.lock();
        try {
            boolean ended = request.endCopy(id);
            if (ended) {
                LockSupport.unpark(request.client());
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** @param outcome 0, a positive result or a negative errno */
    void complete(UserRequest request, int outcome) {
        lock.lock();
        try {
            request.complete(outcome);
        } finally {
            lock.unlock();
        }
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

    /**
     * Fails everything with ENODEV, and all that comes later. An answer that is being taken over still arrives.
     *
     * @return notifications that nobody will receive
     */
    List<UserRequest> close() {
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
        return notifications;
    }

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
