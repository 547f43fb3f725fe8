// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/** A stream with so many bytes, and no more until somebody ends it. */
final class SlowStream extends InputStream {

    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private int left;

    SlowStream(int size) {
        left = size;
    }

    /** Returns when all was read that there is for now. */
    void awaitReader() throws InterruptedException {
        waiting.await();
    }

    void end() {
        ended.countDown();
    }

    @Override
    public int read() throws IOException {
        if (left > 0) {
            left--;
            return 0;
        }
        waiting.countDown();
        try {
            ended.await();
            return -1;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
    }
}
