// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.argument;

import java.util.Locale;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.RequestArguments;
import org.ermine.tee.qcomtee.request.UserRequest;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * The arguments of a callback as parameters: copied from QTEE's message to a receiver, and from its answer back.
 * Reused; owned by one thread at a time (see {@link UserRequest}).
 */
public final class CallbackArguments implements RequestArguments {

    private final CallbackMessage message;
    private final IncomingObjects inputs;
    private final OutgoingObjects outputs;
    /** The context of the object that is called. */
    private ContextObjects context;

    public CallbackArguments(CallbackMessage message, IncomingObjects inputs, OutgoingObjects outputs) {
        this.message = message;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * @param context of the object that is called; null once it is not called any more, so that this keeps no context
     *     alive
     */
    public void begin(ContextObjects context) {
        this.context = context;
    }

    @Override
    public void requireRoom(SupplicantRequest receiver) throws TeeException {
        int arguments = message.argumentCount();
        int bytes = message.inputBytes();
        if (arguments > receiver.params().capacity() || bytes > receiver.room().capacity()) {
            throw new TeeException(
                    Errno.EINVAL,
                    String.format(
                            Locale.ROOT,
                            "the request needs room for %d parameters and %d bytes; there is room for %d and %d",
                            arguments,
                            bytes,
                            receiver.params().capacity(),
                            receiver.room().capacity()));
        }
    }

    @Override
    public void prepareArguments(SupplicantRequest receiver) throws TeeException {
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
            inputs.give(i, context);
            params.add();
        }
        for (int i = 0; i < message.outputObjectCount(); i++) {
            params.add().object(TeeParam.Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        }
    }

    @Override
    public void keepInputs(SupplicantRequest receiver) {
        int first = message.inputCount() + message.outputCount();
        for (int i = 0; i < message.inputObjectCount(); i++) {
            inputs.handTo(i, receiver.params().get(first + i), TeeParam.Type.OBJREF_INPUT);
        }
    }

    @Override
    public void takeInputsBack() {
        inputs.takeFrom(context);
    }

    @Override
    public void updateMessage(TeeParams params) throws TeeException {
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
                outputs.removeUnannounced();
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
                                Locale.ROOT,
                                "parameter %d: %d bytes, QTEE accepts at most %d",
                                firstOutput + i,
                                size,
                                message.outputSize(i)));
            }
        }
    }

    private void takeOutputObjects(TeeParams params, int firstObject) throws TeeException {
        for (int i = 0; i < message.outputObjectCount(); i++) {
            outputs.add(params.get(firstObject + i), firstObject + i, context);
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
