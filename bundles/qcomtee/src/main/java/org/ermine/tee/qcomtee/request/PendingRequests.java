// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.request.UserRequest.State;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.spi.SupplicantRequest;

/**
 * The requests of one context that are not answered yet, and where each of them stands.
 *
 * <p>{@code lock} guards the list of queued requests, the table of ids and {@code closed}. Each method is one critical
 * section of it: no foreign code runs in it, and no argument is touched. Where a request stands is said by its {@link
 * HandOver}, which is moved with the lock held by whoever selects, leaves, closes, or takes an answer over, and without
 * it by whoever has the arguments.
 *
 * <p>An id is in the table from the moment its request is queued until the first answer begins to be taken over, the
 * client leaves it queued, or the context closes. If the client leaves it in PROCESSING, a reservation takes its place
 * until an answer to it was refused.
 */
final class PendingRequests {

    private static final RequestDTO[] NOTHING = {};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final IdTable<UserRequest> table = new IdTable<>();
    private UserRequest head;
    private UserRequest tail;
    private boolean closed;

    /** Queues a request or, without a client, a notification; false if the context is closed. */
    boolean add(UserRequest request) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (request.hasClient()) {
                table.add(request);
            }
            append(request);
            queued.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a client's request out, unless the answer is there or another thread keeps the client at this moment. */
    boolean leave(UserRequest request) {
        lock.lock();
        try {
            boolean queued = request.handOver().state() == State.QUEUED;
            if (!request.handOver().leave()) {
                return false;
            }
            if (queued) {
                unlink(request);
                table.remove(request.id());
            } else {
                table.replace(request.id(), request.takeReservation());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the first of the queue, waiting for one. A request is PROCESSING from then on, and the calling thread holds
     * its arguments; a notification is done with.
     *
     * @param waitNanos how long to wait; with 0 or less not at all
     * @return null if there was none in that time
     * @throws TeeException ENODEV if the context is closed, EINVAL if the receiver has too little room: the request
     *     stays first
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
            if (request.hasClient()) {
                requireRoom(request, receiver);
                request.handOver().take();
            }
            unlink(request);
            return request;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the request for whose answer the calling thread waits, wherever it stands in the queue, as {@link #select}
     * takes the first. It is looked for from the end, where it was put just now.
     *
     * @return null if it was taken before
     */
    UserRequest selectAwaited(SupplicantRequest receiver) throws TeeException {
        lock.lock();
        try {
            requireOpen();
            UserRequest request = tail;
            while (request != null && !isOwn(request)) {
                request = request.previous;
            }
            if (request != null) {
                request.arguments().requireRoom(receiver);
                request.handOver().take();
                unlink(request);
            }
            return request;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOwn(UserRequest request) {
        return request.hasClient() && request.handOver().client() == Thread.currentThread();
    }

    /** The clients of requests that nobody has taken yet look anew how long they may wait for that. */
    void wakeQueued() {
        lock.lock();
        try {
            for (UserRequest request = head; request != null; request = request.next) {
                if (request.hasClient()) {
                    LockSupport.unpark(request.handOver().client());
                }
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
     * Ends the life of the id of a request that its holder fails.
     *
     * @return false if the context was closed meanwhile; otherwise it is to be {@linkplain HandOver#answer answered}
     */
    boolean takeFailed(UserRequest request) {
        lock.lock();
        try {
            boolean taken = request.handOver().takeFailed();
            if (taken) {
                table.remove(request.id());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the life of an id; its request, whose arguments the caller has from now on, is to be {@linkplain
     * HandOver#answer answered}.
     *
     * @throws TeeException ENODEV if the context is closed, EINVAL if no answer to this id is due
     */
    UserRequest takeAnswered(long id) throws TeeException {
        lock.lock();
        try {
            requireOpen();
            UserRequest request = table.get(id);
            if (request == null || request.hasClient() && !request.handOver().takeAnswer()) {
                throw new TeeException(Errno.EINVAL, "no request " + id + " is being processed");
            }
            table.remove(id);
            if (!request.hasClient()) {
                throw new TeeException(Errno.EINVAL, "nobody waits for the answer to request " + id + " any more");
            }
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
    HandOver.Copy beginCopy(long id) {
        lock.lock();
        try {
            UserRequest request = awaited(id);
            return request == null ? null : request.handOver().beginCopy();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a client waits for the answer to this request. */
    boolean isAwaited(long id) {
        lock.lock();
        try {
            return awaited(id) != null;
        } finally {
            lock.unlock();
        }
    }

    private UserRequest awaited(long id) {
        UserRequest request = table.get(id);
        return request != null && request.hasClient() ? request : null;
    }

    /**
     * Fails everything with ENODEV, and all that comes later. An answer that is being taken over still arrives. Needs
     * no memory.
     *
     * @return notifications that nobody will receive, each linked to the next one; null if there are none
     */
    UserRequest close() {
        lock.lock();
        try {
            closed = true;
            UserRequest notifications = takeNotifications();
            for (int index = 0; index < table.places(); index++) {
                UserRequest request = table.removeAt(index);
                if (request != null && request.hasClient()) {
                    request.handOver().close();
                }
            }
            queued.signalAll();
            return notifications;
        } finally {
            lock.unlock();
        }
    }

    /** Empties the queue. */
    private UserRequest takeNotifications() {
        UserRequest notifications = null;
        while (head != null) {
            UserRequest request = head;
            unlink(request);
            if (!request.hasClient()) {
                request.next = notifications;
                notifications = request;
            }
        }
        return notifications;
    }

    RequestDTO[] describe() {
        lock.lock();
        try {
            if (table.size() == 0) {
                return NOTHING;
            }
            long now = System.nanoTime();
            return table.entries().stream()
                    .filter(UserRequest::hasClient)
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
        dto.state = request.handOver().state().name();
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
