// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core;

import static org.ermine.tee.itests.concurrency.Threads.require;

import java.nio.ByteBuffer;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/** Refuses answers while it copies, as backends do, and must not end while it is invoked. */
public final class FakeDriver implements DriverContext {

    private volatile boolean copying;
    private volatile int answers;
    private volatile boolean invoked;
    private volatile boolean ended;

    /** The context of the driver has ended. */
    public void end() {
        require(!invoked, "ended while a call is inside");
        ended = true;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** How many were sent. */
    public int answers() {
        return answers;
    }

    @Override
    public boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        copying = true;
        target.put(targetIndex, source, sourceIndex, length);
        copying = false;
        return true;
    }

    @Override
    public void send(long requestId, int result, TeeParams params) {
        require(!copying, "answered while shared memory is copied");
        answers++;
    }

    @Override
    public boolean isAwaited(long requestId) {
        return answers == 0;
    }

    @Override
    public int invoke(long object, int op, TeeParams params, long callbackNanos) {
        invoked = true;
        require(!ended, "called when it has ended");
        invoked = false;
        return 0;
    }

    @Override
    public boolean receive(SupplicantRequest request, long waitNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void closeContext() {
        // Nothing waits in it.
    }

    @Override
    public void release() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void describe(ContextDTO context) {
        throw new UnsupportedOperationException();
    }
}
