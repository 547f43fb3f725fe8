// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * The parameters of a request, grouped by kind for a callback object. It owns every reference that came with the request and a
 * reference to every output object, until {@link #close}. Inputs are copies, since the request's room is used again for
 * others. Used by the thread that serves the request.
 */
final class IncomingParameters implements IncomingArguments, AutoCloseable {

    private final ObjectConversion objects;
    private final TeeParams params;
    private final BooleanSupplier abandoned;
    private final List<ByteBuffer> inputs = new ArrayList<>();
    private final List<TeeParam> outputParams = new ArrayList<>();
    private final List<ObjectReference> inputObjects = new ArrayList<>();
    private final List<TeeParam> outputObjectParams = new ArrayList<>();
    /** Room for outputs, made when it is asked for. */
    private ByteBuffer[] outputs = {};

    private ObjectReference[] outputObjects = {};
    private TeeException failure;
    private boolean closed;

    IncomingParameters(ObjectConversion objects, TeeParams params, BooleanSupplier abandoned) {
        this.objects = objects;
        this.params = params;
        this.abandoned = abandoned;
    }

    /**
     * Takes the parameters over. Goes on after a failure, so that every reference that came with the request is given back.
     *
     * @throws TeeException EINVAL or UNAVAIL if the request cannot be served
     */
    void read() throws TeeException {
        for (int i = 0; i < params.count(); i++) {
            take(params.get(i), i);
        }
        outputs = new ByteBuffer[outputParams.size()];
        outputObjects = new ObjectReference[outputObjectParams.size()];
        if (failure != null) {
            throw failure;
        }
    }

    private void take(TeeParam param, int index) {
        switch (param.type()) {
            case UBUF_INPUT -> inputs.add(copy(param));
            case UBUF_OUTPUT -> outputParams.add(param);
            case OBJREF_OUTPUT -> outputObjectParams.add(param);
            case OBJREF_INPUT -> {
                try {
                    inputObjects.add(objects.object(param, index));
                } catch (TeeException e) {
                    failure = e;
                }
            }
            default ->
                failure = new TeeException(
                        Errno.EINVAL, "argument " + index + ": an object cannot take " + param.type() + " parameters");
        }
    }

    @Override
    public int inputCount() {
        return inputs.size();
    }

    @Override
    public ByteBuffer input(int index) {
        requireOpen();
        return inputs.get(index).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int outputCount() {
        return outputs.length;
    }

    @Override
    public ByteBuffer output(int index) {
        requireOpen();
        if (outputs[index] == null) {
            outputs[index] = ByteBuffer.allocate(outputParams.get(index).size()).order(ByteOrder.LITTLE_ENDIAN);
        }
        return outputs[index];
    }

    @Override
    public int inputObjectCount() {
        return inputObjects.size();
    }

    @Override
    public ObjectReference inputObject(int index) {
        requireOpen();
        return inputObjects.get(index);
    }

    @Override
    public int outputObjectCount() {
        return outputObjects.length;
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        requireOpen();
        Objects.checkIndex(index, outputObjects.length);
        ObjectReference own = objects.duplicate(object, index);
        ObjectConversion.close(outputObjects[index]);
        outputObjects[index] = own;
    }

    @Override
    public boolean isAbandoned() {
        return abandoned.getAsBoolean();
    }

    /** Puts the outputs into the parameters. Callback objects among them are handed over, to be settled. */
    void fillOutputs() throws TeeException {
        for (int i = 0; i < outputs.length; i++) {
            fillOutput(outputParams.get(i), outputs[i]);
        }
        for (int i = 0; i < outputObjects.length; i++) {
            TeeParam param = outputObjectParams.get(i);
            objects.fill(param, TeeParam.Type.OBJREF_OUTPUT, outputObjects[i], i);
            if (outputObjects[i] instanceof CallbackObject callback) {
                objects.handOver(param, TeeParam.Type.OBJREF_OUTPUT, callback);
            }
        }
    }

    /** The outputs were sent, or were not. */
    void settleOutputs(boolean sent) {
        objects.settle(params, TeeParam.Type.OBJREF_OUTPUT, sent);
    }

    /** Gives all references back; the arguments are not valid any more. */
    @Override
    public void close() {
        closed = true;
        inputObjects.forEach(ObjectConversion::close);
        for (ObjectReference object : outputObjects) {
            ObjectConversion.close(object);
        }
    }

    private static void fillOutput(TeeParam param, ByteBuffer output) {
        int size = output == null ? 0 : output.position();
        if (output != null) {
            param.buffer(TeeParam.Type.UBUF_OUTPUT, output.array(), 0, output.capacity());
        }
        param.size(size);
    }

    private static ByteBuffer copy(TeeParam param) {
        ByteBuffer copy = ByteBuffer.allocate(param.size());
        param.read(copy, 0);
        return copy.asReadOnlyBuffer();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the invocation has ended: its arguments are not valid any more");
        }
    }
}
