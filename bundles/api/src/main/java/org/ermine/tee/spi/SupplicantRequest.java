// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A request to a user object, as one thread that serves such requests receives it. Holds room for the parameters and
 * their input data; made to be reused by that thread.
 */
public final class SupplicantRequest {

    private final TeeParams params;
    private final ByteBuffer room;
    private long id;
    private long object;
    private int op;
    private boolean timed;
    private long queuedAt;
    private Thread client;

    /**
     * @param parameters how many parameters there is room for, at most {@link TeeParams#MAX}
     * @param bytes how many bytes of input buffers there is room for, each rounded up to 8 bytes
     */
    public SupplicantRequest(int parameters, int bytes) {
        params = new TeeParams(parameters);
        room = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Names the request in {@link DriverContext#send}. Not set for a release. */
    public long id() {
        return id;
    }

    /** The user object's id, as core gave it out. */
    public long object() {
        return object;
    }

    /** The operation, 0 to 0xffff. */
    public int op() {
        return op;
    }

    /** Whether it only tells that the TEE released the object: such a request has no parameters and gets no answer. */
    public boolean isRelease() {
        return op == DriverContext.OP_RELEASE;
    }

    /** The parameters: inputs are filled in, and outputs have the size that the TEE accepts, but no memory yet. */
    public TeeParams params() {
        return params;
    }

    /** Where the backend puts the input data that the parameters refer to. */
    public ByteBuffer room() {
        return room;
    }

    /** Called by the backend when it hands over a request. */
    public void set(long id, long object, int op) {
        this.id = id;
        this.object = object;
        this.op = op;
        timed = false;
        client = null;
    }

    /**
     * Called by the backend after {@link #set}, if it knows when the request was queued, in terms of {@link
     * System#nanoTime}.
     */
    public void queuedAt(long nanoTime) {
        timed = true;
        queuedAt = nanoTime;
    }

    /** Called by the backend after {@link #set}, if it knows which thread waits for the answer. */
    public void awaitedBy(Thread thread) {
        client = thread;
    }

    /** The thread that waits for the answer; null if that is not known, or after {@link #clearClient}. */
    public Thread client() {
        return client;
    }

    /**
     * Called when the request was answered, so that whoever keeps this object for the next request does not keep the
     * client's thread.
     */
    public void clearClient() {
        client = null;
    }

    /** For how many nanoseconds the request had been queued at {@code nanoTime}; negative if that is not known. */
    public long waited(long nanoTime) {
        return timed ? Math.max(0, nanoTime - queuedAt) : -1;
    }
}
