// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.CallAbandonedError;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.StackReserve;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * A direct invocation of an object of QTEE, with the callbacks that QTEE makes in its course. Runs on the client's thread from
 * start to end, owns its two message buffers and all references of its messages. Reused by one invocation after the other.
 */
final class Invocation implements SecureCall {

    private static final AtomicIntegerFieldUpdater<Invocation> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(Invocation.class, "taken");

    /** The result where the channel returns without one: not that of an earlier call. */
    private static final int UNANSWERED = TeeResult.UNAVAIL.code();

    private final QcomTee tee;
    private final DirectMessage direct = new DirectMessage();
    private final OutgoingObjects inputs;
    private final IncomingObjects outputs;
    private final CallbackDispatch callbacks;

    /** 1 while it belongs to a thread, else 0: all other fields are that thread's. */
    private volatile int taken;

    private MemoryRegion inbound;
    private MemoryRegion outbound;
    private QcomContext context;
    /** Whether what QTEE returns are client environments. */
    private boolean registers;

    private boolean reached;
    /** Whether QTEE waits for the answer to a callback: it has the buffers in its hands then. */
    private boolean awaited;

    private int result;
    private int type;
    /** From where on the outbound buffer holds zeroes, as far as the channel told. */
    private int outboundEnd;

    Invocation(QcomTee tee) {
        this.tee = tee;
        inputs = new OutgoingObjects(tee.exports());
        outputs = new IncomingObjects(tee.exports(), tee.releases());
        callbacks = new CallbackDispatch(tee);
    }

    /** Makes it the calling thread's, unless it belongs to another or to an invocation further out. */
    boolean tryTake() {
        return taken == 0 && TAKEN.compareAndSet(this, 0, 1);
    }

    void giveBack() {
        TAKEN.lazySet(this, 0);
    }

    /**
     * Carries the invocation out.
     *
     * @param context the client's, or the device's own
     * @param target id on the wire
     * @param opensServices whether the target is a client environment, as the root object is
     * @return the result
     */
    int run(QcomContext context, int target, boolean opensServices, int op, TeeParams params, long callbackNanos)
            throws TeeException {
        direct.plan(params);
        context.requireFewAbandonedCalls();
        acquireBuffers(context, direct.size());
        this.context = context;
        reached = false;
        try {
            registers = opensServices && ServicePolicy.registers(op);
            callbacks.begin(context, clear(outbound), callbackNanos);
            prepareInputs(target, op, params);
            direct.write(inbound.buffer(), target, op, params, inputs);
            if (opensServices && context != tee.ownContext()) {
                ServicePolicy.check(context, op, direct, inbound.buffer(), inputs);
            }
            enter();
            return finish(params);
        } finally {
            cleanUp(params);
        }
    }

    private void acquireBuffers(QcomContext owner, int inboundSize) throws TeeException {
        owner.beginMessage(inboundSize);
        try {
            inbound = tee.memory().acquire(inboundSize);
            outbound = tee.memory().acquire(Wire.OUTBOUND);
        } finally {
            if (outbound == null) {
                owner.endMessage(inboundSize);
                giveInboundBack();
            }
        }
    }

    private void giveInboundBack() {
        if (inbound != null) {
            inbound.release();
            inbound = null;
        }
    }

    private static ByteBuffer clear(MemoryRegion region) {
        ByteBuffer buffer = region.size() == Wire.OUTBOUND
                ? region.buffer()
                : region.buffer().slice(0, Wire.OUTBOUND).order(ByteOrder.LITTLE_ENDIAN);
        Zeros.fill(buffer, 0, Math.min(region.zeroFrom(), Wire.OUTBOUND));
        return buffer;
    }

    /** Nothing is begun for a context that was closed while its invocation got the buffers. */
    private void prepareInputs(int target, int op, TeeParams params) throws TeeException {
        if (context != tee.ownContext()) {
            context.objects().requireOpen();
        }
        for (int i = 0; i < direct.inputObjectCount(); i++) {
            int index = direct.inputObject(i);
            context.addTo(inputs, params.get(index), index);
        }
        if (target == Wire.OBJECT_ROOT && context != tee.ownContext()) {
            RootPolicy.check(op, direct.inputObjectCount(), inputs);
        }
    }

    private void enter() throws TeeException {
        boolean returned = false;
        try {
            forgetResponse();
            tee.channel().invoke(this);
            reached = true;
            awaited = type == CALLBACK;
            while (awaited) {
                serveCallback();
                forgetResponse();
                tee.channel().callbackResponse(this);
                awaited = type == CALLBACK;
            }
            returned = true;
        } catch (TeeException e) {
            if (!reached) {
                throw e;
            }
            throw new TeeException(Errno.ENODEV, "QTEE was lost in the course of the invocation: " + e.getMessage(), e);
        } catch (CallAbandonedError e) {
            throw new TeeException(callbacks.reasonToLeave(), e.getMessage());
        } catch (RuntimeException | Error e) {
            reached = true;
            throw e;
        } finally {
            callbacks.responded(returned);
        }
    }

    private void forgetResponse() {
        respond(UNANSWERED, 0);
        outboundEnd = outbound.size();
    }

    @Override
    public void serveCallback() {
        StackReserve.require();
        reached = true;
        callbacks.serve();
    }

    /**
     * The final result is there: turns the message into parameters, and carries out what came with it. The objects that QTEE returns
     * are taken before that, since it releases in the same message those that it returns without keeping them.
     */
    private int finish(TeeParams params) throws TeeException {
        try {
            if (result == 0) {
                takeObjects();
            }
            carryOutMessages();
            if (result == 0) {
                takeOutputs(params);
            }
            return result;
        } catch (MalformedMessageException | TeeException e) {
            context.objects().requireOpen();
            tee.problems()
                    .tell(
                            "response",
                            () -> tee.name() + ": the response of QTEE to an invocation is refused: " + e.getMessage());
            return TeeResult.UNAVAIL.code();
        } finally {
            outputs.undo(context);
            outputs.drop();
        }
    }

    private void takeObjects() {
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.take(direct.readOutputObject(inbound.buffer(), i), registers);
        }
    }

    private void carryOutMessages() {
        if (callbacks.finish() >= outboundEnd && outbound.size() == Wire.OUTBOUND) {
            outbound.zeroFrom(0);
        }
    }

    /** Outputs get to the parameters only when all of them are good; what is not handed over is held by {@code outputs}. */
    private void takeOutputs(TeeParams params) throws MalformedMessageException, TeeException {
        ByteBuffer buffer = inbound.buffer();
        direct.readOutputs(buffer);
        outputs.requireSound();
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.give(i, context);
        }
        direct.copyOutputs(buffer, params);
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.handTo(i, params.get(direct.outputObject(i)), TeeParam.Type.OBJREF_OUTPUT);
        }
    }

    /** Each thing is given back whatever happens to those before it. */
    private void cleanUp(TeeParams params) {
        params.handedOver(reached);
        try {
            giveObjectsBack();
        } finally {
            try {
                giveBuffersBack();
            } finally {
                context = null;
                callbacks.end();
            }
        }
    }

    private void giveObjectsBack() {
        if (reached) {
            inputs.letGo();
        } else {
            inputs.takeBack();
        }
    }

    private void giveBuffersBack() {
        context.endMessage(direct.size());
        try {
            if (awaited) {
                context.abandon(inbound, outbound);
            } else {
                releaseBuffers();
            }
        } finally {
            awaited = false;
            outbound = null;
            inbound = null;
        }
    }

    /** In the reverse order: the next invocation of this thread gets each for the same purpose again. */
    private void releaseBuffers() {
        try {
            outbound.release();
        } finally {
            inbound.release();
        }
    }

    @Override
    public long inboundAddress() {
        return inbound.address();
    }

    @Override
    public int inboundSize() {
        return direct.size();
    }

    @Override
    public long outboundAddress() {
        return outbound.address();
    }

    @Override
    public int outboundSize() {
        return Wire.OUTBOUND;
    }

    @Override
    public void respond(int result, int type) {
        this.result = result;
        this.type = type;
    }

    @Override
    public void outboundUsed(int end) {
        outboundEnd = Objects.checkIndex(end, Wire.OUTBOUND + 1);
    }
}
