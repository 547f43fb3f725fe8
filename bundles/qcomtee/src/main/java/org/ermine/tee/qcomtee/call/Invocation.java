// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qcomtee.argument.IncomingObjects;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.message.DirectMessage;
import org.ermine.tee.qcomtee.message.MalformedMessageException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.spi.CallAbandonedError;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * A direct invocation of an object of QTEE, with the callbacks that QTEE makes in its course. Runs on the client's
 * thread from start to end, owns all references of its messages. Reused by one invocation after the other: it belongs
 * to whoever has the slot.
 */
public final class Invocation implements SecureCall {

    /** The result where the channel returns without one: not that of an earlier call. */
    private static final int UNANSWERED = TeeResult.UNAVAIL.code();

    private final Transport transport;
    private final DirectMessage direct = new DirectMessage();
    private final OutgoingObjects inputs;
    private final IncomingObjects outputs;
    private final CallbackDispatch callbacks;

    private final MessageBuffers buffers;

    /**
     * In whose name it invokes, for the first callback: a number, since to store a reference here costs more than to
     * look it up then.
     */
    private int client;

    private long callbackNanos;
    /** Whether there was a callback. */
    private boolean called;
    /** Whether what QTEE returns are client environments. */
    private boolean registers;

    private boolean reached;
    /** Whether QTEE waits for the answer to a callback: it has the buffers in its hands then. */
    private boolean awaited;

    private int result;
    private int type;
    /** From where on the outbound buffer holds zeroes, as far as the channel told. */
    private int outboundEnd;

    /** @param slot that it belongs to, or {@link HazardSlots#NOWHERE}: then it is used once */
    Invocation(Transport transport, int slot) {
        this.transport = transport;
        inputs = new OutgoingObjects(transport.exports(), transport.secureObjects());
        outputs = new IncomingObjects(transport.exports(), transport.secureObjects());
        buffers = new MessageBuffers(transport.memory(), transport.uses(), slot);
        callbacks = new CallbackDispatch(transport, buffers);
    }

    /**
     * Carries the invocation out.
     *
     * @param context the client's, or the device's own
     * @param word of the target: {@link SecureObjects#word}
     * @return the result
     */
    public int run(CallingContext context, int word, int op, TeeParams params, long callbackNanos) throws TeeException {
        int target = SecureObjects.wordName(word);
        boolean opensServices = SecureObjects.wordOpensServices(word);
        direct.plan(params);
        context.requireFewAbandonedCalls();
        beginMessage(context);
        client = context.number();
        this.callbackNanos = callbackNanos;
        reached = false;
        try {
            registers = opensServices && ServicePolicy.registers(op);
            prepareMessage(context, target, op, params);
            if (opensServices && !context.isPrivileged()) {
                ServicePolicy.check(context, op, direct, buffers.inbound(), inputs);
            }
            enter();
            return takeResponse(context, params);
        } finally {
            cleanUp(context, params);
        }
    }

    private void beginMessage(CallingContext context) throws TeeException {
        context.beginMessage(direct.size());
        boolean begun = false;
        try {
            buffers.begin(direct.size());
            begun = true;
        } finally {
            if (!begun) {
                context.endMessage(direct.size());
                giveUpIfOver();
            }
        }
    }

    /** Gives back what it keeps. To be called by whoever has the slot. */
    public void giveUp() {
        outputs.giveUp();
        callbacks.giveUp();
        buffers.giveUp();
    }

    private void prepareMessage(CallingContext context, int target, int op, TeeParams params) throws TeeException {
        prepareObjects(context, target, op, params);
        boolean own = buffers.areOnlyOf(context.bytes());
        direct.write(buffers.inbound(), target, op, params, inputs, own);
        if (!own && direct.clearsAll()) {
            buffers.cleared(context.bytes());
        }
    }

    /** Nothing is begun for a context that was closed while its invocation got the buffers. */
    private void prepareObjects(CallingContext context, int target, int op, TeeParams params) throws TeeException {
        if (!context.isPrivileged()) {
            context.objects().table().requireOpen();
        }
        for (int i = 0; i < direct.inputObjectCount(); i++) {
            int index = direct.inputObject(i);
            inputs.add(params.get(index), index, context.objects());
        }
        outputs.prepare(direct.outputObjectCount());
        if (target == Wire.OBJECT_ROOT && !context.isPrivileged()) {
            RootPolicy.check(op, direct.inputObjectCount(), inputs);
        }
    }

    private void enter() throws TeeException {
        boolean returned = false;
        try {
            clearResponse();
            transport.channel().invoke(this);
            reached = true;
            awaited = type == CALLBACK;
            while (awaited) {
                serveCallback();
                clearResponse();
                transport.channel().callbackResponse(this);
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
        } catch (Throwable e) {
            reached = true;
            throw e;
        } finally {
            if (called) {
                callbacks.responded(returned);
            }
        }
    }

    private void clearResponse() {
        respond(UNANSWERED, 0);
        outboundEnd = Wire.OUTBOUND;
    }

    @Override
    public void serveCallback() {
        reached = true;
        if (!called) {
            beginCallbacks();
        }
        callbacks.serve();
    }

    private void beginCallbacks() {
        try {
            callbacks.begin(transport.contexts().get(client), callbackNanos);
            called = true;
        } finally {
            if (!called) {
                callbacks.refuse();
            }
        }
    }

    /**
     * The final result is there: turns the message into parameters, and carries out what came with it. The objects that
     * QTEE returns are taken before that, since it releases in the same message those that it returns without keeping
     * them.
     */
    private int takeResponse(CallingContext context, TeeParams params) throws TeeException {
        try {
            if (result == 0) {
                takeObjects();
            }
            carryOutMessages();
            if (result == 0) {
                updateArguments(context, params);
            }
            return result;
        } catch (MalformedMessageException | TeeException e) {
            context.objects().table().requireOpen();
            transport
                    .problems()
                    .tell(
                            "response",
                            () -> transport.device() + ": the response of QTEE to an invocation is refused: "
                                    + e.getMessage());
            return TeeResult.UNAVAIL.code();
        } finally {
            if (direct.outputObjectCount() != 0) {
                releaseOutputs(context);
            }
        }
    }

    /** Whatever is thrown, nothing stays for the next invocation. */
    private void releaseOutputs(CallingContext context) {
        try {
            outputs.takeFrom(context.objects());
        } finally {
            outputs.releaseAll();
        }
    }

    private void takeObjects() {
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.take(direct.readOutputObject(buffers.inbound(), i), registers);
        }
    }

    private void carryOutMessages() {
        if (callbacks.takeMessages() >= outboundEnd) {
            buffers.outboundIsZero();
        }
    }

    /**
     * Outputs get to the parameters only when all of them are good; what is not handed over is held by {@code outputs}.
     */
    private void updateArguments(CallingContext context, TeeParams params)
            throws MalformedMessageException, TeeException {
        ByteBuffer buffer = buffers.inbound();
        direct.readOutputs(buffer);
        outputs.requireSound();
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.give(i, context.objects());
        }
        direct.copyOutputs(buffer, params);
        for (int i = 0; i < direct.outputObjectCount(); i++) {
            outputs.handTo(i, params.get(direct.outputObject(i)), TeeParam.Type.OBJREF_OUTPUT);
        }
    }

    /** Each thing is given back whatever happens to those before it. */
    private void cleanUp(CallingContext context, TeeParams params) {
        params.handedOver(reached);
        try {
            releaseObjects();
        } finally {
            try {
                giveBuffersBack(context);
            } finally {
                endCallbacks();
                giveUpIfOver();
            }
        }
    }

    /** Nobody asks for what it keeps after the device has looked. */
    private void giveUpIfOver() {
        if (transport.contexts().isOver()) {
            giveUp();
        }
    }

    private void releaseObjects() {
        if (direct.inputObjectCount() == 0) {
            return;
        }
        if (reached) {
            inputs.releaseAll();
        } else {
            inputs.removeUnannounced();
        }
    }

    private void giveBuffersBack(CallingContext context) {
        context.endMessage(direct.size());
        if (awaited) {
            awaited = false;
            buffers.abandon(context, transport.quarantine());
        } else {
            buffers.end();
        }
    }

    private void endCallbacks() {
        if (called) {
            called = false;
            callbacks.end();
        }
    }

    @Override
    public long inboundAddress() {
        return buffers.inboundAddress();
    }

    @Override
    public int inboundSize() {
        return direct.size();
    }

    @Override
    public long outboundAddress() {
        return buffers.outboundAddress();
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
