// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;

/**
 * A storage that can hang, until the thread that waits for it is interrupted, as clients are in callbacks. Counts
 * requests.
 */
final class HangingStorage implements FakeEnvironment.FileHandler {

    private final FakeEnvironment.FileHandler storage;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int lastRequest = Integer.MAX_VALUE;
    private volatile CountDownLatch hangs = new CountDownLatch(1);

    HangingStorage(FakeEnvironment.FileHandler storage) {
        this.storage = storage;
    }

    int requests() {
        return requests.get();
    }

    /** Answers so many more requests. */
    void hangAfter(int count) {
        hangs = new CountDownLatch(1);
        lastRequest = requests.get() + count;
    }

    void awaitHanging() throws InterruptedException {
        if (!hangs.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the storage was not asked");
        }
    }

    void goOn() {
        lastRequest = Integer.MAX_VALUE;
    }

    @Override
    public void handle(ByteBuffer message) throws TeeException {
        if (requests.incrementAndGet() > lastRequest) {
            hang();
        }
        storage.handle(message);
    }

    private void hang() throws TeeException {
        hangs.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeeException(TeeResult.ABORT, "interrupted while the storage hung");
        }
    }
}
