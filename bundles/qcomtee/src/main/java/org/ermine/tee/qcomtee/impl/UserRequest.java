// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.function.BooleanSupplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * A request of QTEE to a user object: the callback it came with, and where it stands. Moves from QUEUED to PROCESSING to
 * PROCESSED, never back; {@link RequestQueue} alone moves it.
 *
 * <p><b>Who owns the arguments</b> (message, objects): the client whose invocation the callback interrupted, except while
 * {@link #held} is set; then it is the thread that receives or answers the request, and the client waits. The thread that
 * sets {@code held} does so under the queue's lock, together with the look at the state, and works on the arguments without
 * that lock.
 *
 * <p>A client reuses its request for its next callback: by then it stands in no list and no table.
 */
final class UserRequest implements IdTable.Entry, BooleanSupplier {

    enum State {
        QUEUED,
        PROCESSING,
        PROCESSED
    }

    private final CallbackMessage message;
    private final IncomingObjects inputs;
    private final OutgoingObjects outputs;

    // Set by the client before the request is queued.
    private UserObject target;
    private int op;
    private Thread client;
    private long queuedAt;

    // Written under the queue's lock, held cleared without it; the client reads them without it.
    private volatile State state;
    private volatile boolean held;
    private int outcome;

    private volatile long id;

    // The queue's links, guarded by its lock.
    UserRequest next;
    UserRequest previous;

    UserRequest(CallbackMessage message, IncomingObjects inputs, OutgoingObjects outputs) {
        this.message = message;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** A notification that QTEE let a user object go, or a reservation: nobody waits for it, and it has no arguments. */
    UserRequest(UserObject target, int op) {
        this(null, null, null);
        this.target = target;
        this.op = op;
        this.state = State.QUEUED;
    }

    /** Called by the client: the calling thread will wait for the answer. */
    void prepare(UserObject target, int op) {
        this.target = target;
        this.op = op;
        client = Thread.currentThread();
        queuedAt = System.nanoTime();
        state = State.QUEUED;
        held = false;
        outcome = 0;
    }

    /** Called by the client when its invocation is over, so that this keeps no context and no thread alive. */
    void forget() {
        target = null;
        client = null;
    }

    int op() {
        return op;
    }

    UserObject target() {
        return target;
    }

    /** The client's thread; null if nobody waits. */
    Thread client() {
        return client;
    }

    long queuedAt() {
        return queuedAt;
    }

    State state() {
        return state;
    }

    boolean isHeld() {
        return held;
    }

    /** Whether it is answered and its arguments are the client's again. */
    boolean isSettled() {
        return state == State.PROCESSED && !held;
    }

    @Override
    public boolean getAsBoolean() {
        return isSettled();
    }

    /** 0, a positive result or a negative errno; valid in state PROCESSED. */
    int outcome() {
        return outcome;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void id(long id) {
        this.id = id;
    }

    void process() {
        require(State.QUEUED);
        state = State.PROCESSING;
    }

    void complete(int outcome) {
        if (state == State.PROCESSED) {
            throw new IllegalStateException("a request is completed twice");
        }
        this.outcome = outcome;
        state = State.PROCESSED;
    }

    void hold() {
        held = true;
    }

    void letGo() {
        held = false;
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("a request is " + state + ", not " + expected);
        }
    }

    /** Refuses a receiver that has too little room. */
    void requireRoom(SupplicantRequest receiver) throws TeeException {
        int arguments = message.argumentCount();
        int bytes = message.inputBytes();
        if (arguments > receiver.params().capacity() || bytes > receiver.room().capacity()) {
            throw new TeeException(
                    Errno.EINVAL,
                    String.format(
                            "the request needs room for %d parameters and %d bytes; there is room for %d and %d",
                            arguments,
                            bytes,
                            receiver.params().capacity(),
                            receiver.room().capacity()));
        }
    }

    /**
     * Copies the arguments to a receiver, which gets the input objects. To be called by the holder, and to be followed by
     * {@link #keepInputs} or {@link #takeInputsBack}.
     *
     * @throws TeeException if an object cannot be given to the context
     */
    void copyTo(SupplicantRequest receiver) throws TeeException {
        TeeParams params = receiver.params();
        int at = 0;
        for (int i = 0; i < message.inputCount(); i++) {
            int size = message.inputSize(i);
            message.readInput(i, receiver.room(), at);
            params.add().buffer(TeeParam.Type.UBUF_INPUT, receiver.room(), at, size);
            at += (int) Wire.align(size);
        }
        for (int i = 0; i < message.outputCount(); i++) {
            params.add().buffer(TeeParam.Type.UBUF_OUTPUT, (byte[]) null, 0, message.outputSize(i));
        }
        for (int i = 0; i < message.inputObjectCount(); i++) {
            inputs.give(i, target.context());
            inputs.name(i, params.add(), TeeParam.Type.OBJREF_INPUT);
        }
        for (int i = 0; i < message.outputObjectCount(); i++) {
            params.add().object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        }
    }

    /** The receiver has the input objects for good. */
    void keepInputs() {
        inputs.commit();
    }

    /** The receiver does not get the request: its input objects are the client's again. */
    void takeInputsBack() {
        inputs.undo(target.context());
    }

    /**
     * Takes the outputs of an answer over. To be called by the holder.
     *
     * @throws TeeException EINVAL if the parameters do not fit the request; nothing was taken then
     */
    void copyFrom(TeeParams params) throws TeeException {
        int firstOutput = message.inputCount();
        int firstInputObject = firstOutput + message.outputCount();
        int firstOutputObject = firstInputObject + message.inputObjectCount();
        int end = firstOutputObject + message.outputObjectCount();
        if (params.count() < end) {
            throw new TeeException(
                    Errno.EINVAL, "the answer has " + params.count() + " parameters, the request " + end);
        }
        requireTypes(params, 0, firstOutput, TeeParam.Type.UBUF_INPUT);
        requireTypes(params, firstOutput, firstInputObject, TeeParam.Type.UBUF_OUTPUT);
        requireTypes(params, firstInputObject, firstOutputObject, TeeParam.Type.OBJREF_INPUT);
        requireTypes(params, firstOutputObject, end, TeeParam.Type.OBJREF_OUTPUT);
        requireSizes(params, firstOutput);
        boolean taken = false;
        try {
            takeOutputObjects(params, firstOutputObject);
            takeOutputs(params, firstOutput);
            taken = true;
        } finally {
            if (!taken) {
                outputs.takeBack();
            }
        }
    }

    private static void requireTypes(TeeParams params, int start, int end, TeeParam.Type type) throws TeeException {
        for (int i = start; i < end; i++) {
            if (params.get(i).type() != type) {
                throw new TeeException(
                        Errno.EINVAL, "parameter " + i + " is " + params.get(i).type() + ", not " + type);
            }
        }
    }

    private void requireSizes(TeeParams params, int firstOutput) throws TeeException {
        for (int i = 0; i < message.outputCount(); i++) {
            int size = params.get(firstOutput + i).size();
            if (size < 0 || size > message.outputSize(i)) {
                throw new TeeException(
                        Errno.EINVAL,
                        String.format(
                                "parameter %d: %d bytes, QTEE accepts at most %d",
                                firstOutput + i, size, message.outputSize(i)));
            }
        }
    }

    private void takeOutputObjects(TeeParams params, int firstObject) throws TeeException {
        for (int i = 0; i < message.outputObjectCount(); i++) {
            target.context().addTo(outputs, params.get(firstObject + i), firstObject + i);
        }
    }

    private void takeOutputs(TeeParams params, int firstOutput) {
        for (int i = 0; i < message.outputCount(); i++) {
            TeeParam output = params.get(firstOutput + i);
            output.read(message.buffer(), message.outputOffset(i));
            message.outputSize(i, output.size());
        }
    }
}
