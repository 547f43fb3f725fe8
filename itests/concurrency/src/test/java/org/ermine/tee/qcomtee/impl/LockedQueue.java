// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.concurrency.AnnouncingHost;
import org.ermine.tee.spi.SupplicantRequest;

/**
 * The request queue of a context behind one lock, which is held from the choice of a request to the end of the copy of
 * its arguments, as in the Linux driver: a handler that copies keeps all other handlers waiting, and each client that
 * queues a request. It stands for that other way in the {@link OwnershipComparison}, and is part of no product.
 *
 * <p>A client that leaves waits for whoever copies its own arguments. In the Linux driver it waits for the lock, and so
 * for all.
 */
final class LockedQueue implements OwnershipComparison.Queue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final QcomContext context;

    LockedQueue(QcomTee tee) {
        context = tee.context(new AnnouncingHost(this::announce), 2);
    }

    /** Called by the client when its request is in the queue. */
    private void announce() {
        lock.lock();
        try {
            queued.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public QcomContext context() {
        return context;
    }

    @Override
    public void receive(SupplicantRequest receiver) throws TeeException, InterruptedException {
        lock.lock();
        try {
            while (!context.objects().requests().receive(receiver, 0)) {
                queued.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(SupplicantRequest answered) throws TeeException {
        lock.lock();
        try {
            context.objects().requests().send(answered.id(), 0, answered.params());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            context.objects().requests().close();
            queued.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
