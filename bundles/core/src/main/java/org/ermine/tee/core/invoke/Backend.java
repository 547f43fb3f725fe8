// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/**
 * The backend's half of a context, behind a gate. Calls may enter until the gate is closed, and the last call that
 * leaves afterwards is noticed. That takes the place of the file reference that a system call holds in the kernel:
 * while a thread is inside, the owner's reference on the context is not released, and so the backend's data is not
 * released.
 *
 * <p>State: {@code closed} goes from false to true once. Whoever enters first announces that, by the frame that it
 * takes, together with the object that it invokes, which the driver wants to know; then it looks at {@code closed}.
 * Whoever closes first sets {@code closed}, and then looks for frames of this context. So one of the two sees the
 * other, see {@link org.ermine.tee.spi.HazardSlots}. The same holds for {@code elsewhere}, which counts the calls that
 * found no slot.
 */
public final class Backend {

    /** The parameters of a release. Nothing changes them. */
    private final TeeParams noParams = new TeeParams(0);

    private final DriverContext driver;
    private final Owner owner;
    private final RepeatLog problems;
    private final Runnable idle;
    private final CallFrames frames;
    /** The number by which frames name this context. */
    private final int number;
    /** Whether the driver looks for announcements in the same slots. */
    private final boolean announces;
    /** Counts the invocations by clients, but not the releases. */
    private final InvocationCount invocations;
    /** The number of calls that are inside with a frame that has no slot. */
    private final AtomicInteger elsewhere = new AtomicInteger();

    private volatile boolean closed;

    /**
     * @param number of the context, from 1, unique among those that share the frames; if the driver numbers the
     *     context, that number
     * @param idle is run whenever a call leaves and none is left after {@link #close}, possibly more than once
     */
    public Backend(
            DriverContext driver, CallFrames frames, int number, Owner owner, RepeatLog problems, Runnable idle) {
        this.driver = driver;
        this.frames = frames;
        this.number = number;
        this.announces = driver.number(frames.slots()) == number;
        this.invocations = new InvocationCount(number);
        this.owner = owner;
        this.problems = problems;
        this.idle = idle;
    }

    /**
     * Takes a frame and announces a call. This also succeeds when the gate is closed, which {@link #call} finds. To be
     * followed by {@link #leave}.
     *
     * @param object that is invoked, or {@link DriverContext#NULL}
     */
    CallFrame enter(long object) {
        CallFrame frame = frames.take(HazardSlots.key(number, object));
        if (!frame.hasSlot()) {
            elsewhere.incrementAndGet();
        }
        return frame;
    }

    /** @param frame that {@link #enter} returned, filled with the parameters */
    int call(CallFrame frame, long object, int op, long callbackNanos) throws TeeException {
        count(frame);
        requireOpen(!closed);
        return announces
                ? driver.invoke(frame.slot(), object, op, frame.params, callbackNanos)
                : driver.invoke(object, op, frame.params, callbackNanos);
    }

    /** Counts an invocation. A frame without a slot is used only once, so that it is counted at the context at once. */
    private void count(CallFrame frame) {
        if (frame.hasSlot()) {
            frame.count(invocations);
        } else {
            invocations.settle(1);
        }
    }

    /** Returns the name of a result, and how the backend explains it. */
    public String describe(int result) {
        String explanation = driver.explain(result);
        return TeeResult.of(result) + (explanation.isEmpty() ? "" : ": " + explanation);
    }

    /** Returns the number of invocations so far. */
    public long invocations() {
        return invocations.sum(frames::counted);
    }

    public boolean receive(SupplicantRequest request) throws TeeException, InterruptedException {
        CallFrame frame = enterOpen();
        try {
            return driver.receive(request, 0);
        } finally {
            leave(frame);
        }
    }

    /** Takes the request for whose answer the calling thread waits. */
    public boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        CallFrame frame = enterOpen();
        try {
            return driver.receiveAwaited(request);
        } finally {
            leave(frame);
        }
    }

    public void send(long requestId, int result, TeeParams params) throws TeeException {
        CallFrame frame = enterOpen();
        try {
            driver.send(requestId, result, params);
        } finally {
            leave(frame);
        }
    }

    public void fail(long requestId, Errno reason) throws TeeException {
        CallFrame frame = enterOpen();
        try {
            driver.fail(requestId, reason);
        } finally {
            leave(frame);
        }
    }

    /** Whether a client waits for this answer. After the context is closed none does. */
    public boolean isAwaited(long requestId) {
        CallFrame frame = tryEnter();
        if (frame == null) {
            return false;
        }
        try {
            return driver.isAwaited(requestId);
        } finally {
            leave(frame);
        }
    }

    /** Copies as {@link DriverContext#copyShared} does. After the context is closed no client waits for the answer. */
    public boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        CallFrame frame = tryEnter();
        if (frame == null) {
            return false;
        }
        try {
            return driver.copyShared(requestId, source, sourceIndex, target, targetIndex, length);
        } finally {
            leave(frame);
        }
    }

    /** See {@link DriverContext#workersChanged}. */
    public void workersChanged() {
        CallFrame frame = tryEnter();
        if (frame != null) {
            try {
                driver.workersChanged();
            } finally {
                leave(frame);
            }
        }
    }

    /**
     * Tells the TEE, in the background, that the context releases this object. What the backend throws is only logged,
     * since neither a client that closes an object nor the leak detector's thread could do anything about it.
     */
    void releaseObject(long object) {
        CallFrame frame = tryEnter();
        if (frame == null) {
            return;
        }
        try {
            driver.invoke(object, DriverContext.OP_RELEASE, noParams, Long.MAX_VALUE);
        } catch (Throwable e) {
            if (!closed) {
                tell("release", "release of object " + object + " failed", e);
            }
        } finally {
            leave(frame);
        }
    }

    /** Closes the gate and tells the backend. Called once. */
    public void close() {
        closed = true;
        try {
            driver.closeContext();
        } catch (Throwable e) {
            tell("close", "the backend failed to close it", e);
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /** Whether it is closed and no call is inside. */
    public boolean isIdle() {
        return closed && inside() == 0;
    }

    /**
     * Returns the number of calls that are inside. A call that enters before this begins, and leaves after this ends,
     * is counted.
     */
    public int inside() {
        return elsewhere.get() + frames.count(number);
    }

    /** Lets the backend release its data, after the last reference is gone. Called once. */
    public void release() {
        try {
            driver.release();
        } catch (Throwable e) {
            tell("end", "the backend failed to release it", e);
        }
    }

    private void tell(String cause, String what, Throwable thrown) {
        problems.tell(
                List.of(cause, owner), () -> "context of " + owner + ": " + what + ": " + FailureText.detailed(thrown));
    }

    public void describe(ContextDTO dto) {
        driver.describe(dto);
    }

    private CallFrame enterOpen() throws TeeException {
        CallFrame frame = tryEnter();
        requireOpen(frame != null);
        return frame;
    }

    /** Announces a call of the driver other than an invocation. Returns null if the gate is closed. */
    private CallFrame tryEnter() {
        if (closed) {
            return null;
        }
        CallFrame frame = enter(DriverContext.NULL);
        if (closed) {
            leave(frame);
            return null;
        }
        return frame;
    }

    private void requireOpen(boolean open) throws TeeException {
        if (!open) {
            throw new TeeException(Errno.ENODEV, "the context of " + owner + " is closed");
        }
    }

    /**
     * Ends what {@link #enter} began. What the driver has left to do until then may fail; the call has left all the
     * same.
     */
    void leave(CallFrame frame) {
        try {
            end(frame);
        } finally {
            if (closed && isIdle()) {
                idle.run();
            }
        }
    }

    private void end(CallFrame frame) {
        if (frame.hasSlot()) {
            frames.giveBack(frame);
        } else {
            elsewhere.decrementAndGet();
        }
    }
}
