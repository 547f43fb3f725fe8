// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.FakeHost;
import org.ermine.tee.spi.DriverContext;

/** Core's side of a context: counts what it is told, and lets a test step in between. */
final class TestHost extends FakeHost {

    /** One permit for each request that was announced. */
    final Semaphore queued = new Semaphore(0);
    /** How often the TEE made a thread wait. */
    final AtomicInteger blocked = new AtomicInteger();
    /** Run on the thread that announces a request. */
    volatile Runnable onQueued = () -> {};
    /** Run on the thread that waits for an answer. */
    volatile Runnable onAwaiting = () -> {};
    /** When requests that nobody took are given up; null while there are workers. */
    volatile Long graceEnd;
    /** Run on the thread that takes a reference: the one that hands an object to QTEE. */
    volatile Runnable onRetain = () -> {};

    /** The services that the owner may open. */
    volatile Predicate<String> services = uid -> true;

    /** The user objects that count as the owner's credentials. */
    volatile LongPredicate credentials = object -> true;

    /** The backend's side, which cannot exist before this side does. */
    volatile DriverContext context;

    TestHost(String owner) {
        super(owner);
    }

    @Override
    public void retain() {
        onRetain.run();
        super.retain();
    }

    @Override
    protected void ended() {
        context.release();
    }

    @Override
    public void requestQueued() {
        queued.release();
        onQueued.run();
    }

    @Override
    public void awaiting() {
        onAwaiting.run();
    }

    @Override
    public long graceLeft() {
        return graceEnd == null ? Long.MAX_VALUE : graceEnd - System.nanoTime();
    }

    @Override
    public void blocked() {
        blocked.incrementAndGet();
    }

    @Override
    public void requireService(String uid) throws TeeException {
        if (!services.test(uid)) {
            throw new TeeException(Errno.EACCES, owner() + " may not open service " + uid);
        }
    }

    @Override
    public void requireIdentity(long object) throws TeeException {
        if (!credentials.test(object)) {
            throw new TeeException(Errno.EACCES, owner() + " may not register with object " + object);
        }
    }
}
