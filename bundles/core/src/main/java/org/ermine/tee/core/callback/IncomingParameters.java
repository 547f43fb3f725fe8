// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.object.ObjectConversion;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.support.StackReserve;

/**
 * The parameters of a request, grouped by kind for a callback object. Until {@link #close} it owns every reference that
 * came with the request, and a reference to every output object. Inputs are copies, since the memory of the request is
 * used again for other requests. Used by the thread that serves the request.
 */
final class IncomingParameters implements IncomingArguments, AutoCloseable {

    private static final ByteBuffer[] NO_BUFFERS = {};
    private static final TeeParam[] NO_PARAMS = {};
    private static final ObjectReference[] NO_OBJECTS = {};

    private final ObjectConversion objects;
    private final TeeParams params;
    private final IncomingCall call;
    /** Private copies, which the object gets read-only. */
    private ByteBuffer[] inputs = NO_BUFFERS;

    private TeeParam[] outputParams = NO_PARAMS;
    private ObjectReference[] inputObjects = NO_OBJECTS;
    private TeeParam[] outputObjectParams = NO_PARAMS;
    /** The output buffers, which are made when the object asks for them. */
    private ByteBuffer[] outputs = NO_BUFFERS;

    private ObjectReference[] outputObjects = NO_OBJECTS;
    private TeeException failure;
    private boolean closed;

    IncomingParameters(ObjectConversion objects, TeeParams params, IncomingCall call) {
        this.objects = objects;
        this.params = params;
        this.call = call;
    }

    /**
     * Takes the parameters over. It goes on after a failure, so that every reference that came with the request has an
     * owner that closes it.
     *
     * @throws TeeException EINVAL or UNAVAIL if the request cannot be served
     */
    void read() throws TeeException {
        makeRoom();
        int input = 0;
        int output = 0;
        int inputObject = 0;
        int outputObject = 0;
        for (int i = 0; i < params.count(); i++) {
            TeeParam param = params.get(i);
            switch (param.type()) {
                case UBUF_INPUT -> inputs[input++] = copy(param);
                case UBUF_OUTPUT -> outputParams[output++] = param;
                case OBJREF_INPUT -> inputObjects[inputObject++] = take(param, i);
                case OBJREF_OUTPUT -> outputObjectParams[outputObject++] = param;
                default ->
                    failure = new TeeException(
                            Errno.EINVAL, "argument " + i + ": an object cannot take " + param.type() + " parameters");
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void makeRoom() {
        int input = 0;
        int output = 0;
        int inputObject = 0;
        int outputObject = 0;
        for (int i = 0; i < params.count(); i++) {
            switch (params.get(i).type()) {
                case UBUF_INPUT -> input++;
                case UBUF_OUTPUT -> output++;
                case OBJREF_INPUT -> inputObject++;
                case OBJREF_OUTPUT -> outputObject++;
                default -> {
                    // read() refuses it.
                }
            }
        }
        inputs = room(input, NO_BUFFERS);
        outputParams = room(output, NO_PARAMS);
        outputs = room(output, NO_BUFFERS);
        inputObjects = room(inputObject, NO_OBJECTS);
        outputObjectParams = room(outputObject, NO_PARAMS);
        outputObjects = room(outputObject, NO_OBJECTS);
    }

    /** Returns an array with so many elements; {@code none} itself if that is 0. */
    private static <T> T[] room(int count, T[] none) {
        return count == 0 ? none : Arrays.copyOf(none, count);
    }

    private ObjectReference take(TeeParam param, int index) {
        try {
            return objects.object(param, index);
        } catch (TeeException e) {
            failure = e;
            return null;
        }
    }

    @Override
    public int inputCount() {
        return inputs.length;
    }

    @Override
    public ByteBuffer input(int index) {
        requireOpen();
        return inputs[index].asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int outputCount() {
        return outputs.length;
    }

    @Override
    public ByteBuffer output(int index) {
        requireOpen();
        if (outputs[index] == null) {
            outputs[index] = ByteBuffer.allocate(outputParams[index].size()).order(ByteOrder.LITTLE_ENDIAN);
        }
        return outputs[index];
    }

    @Override
    public int inputObjectCount() {
        return inputObjects.length;
    }

    @Override
    public ObjectReference inputObject(int index) {
        requireOpen();
        return inputObjects[index];
    }

    @Override
    public int outputObjectCount() {
        return outputObjects.length;
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        StackReserve.require();
        requireOpen();
        Objects.checkIndex(index, outputObjects.length);
        ObjectReference before = outputObjects[index];
        outputObjects[index] = objects.duplicate(object, index);
        ObjectConversion.close(before);
    }

    @Override
    public boolean isAbandoned() {
        StackReserve.require();
        return call.isAbandoned();
    }

    @Override
    public boolean copyShared(ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        StackReserve.require();
        requireOpen();
        return call.copyShared(source, sourceIndex, target, targetIndex, length);
    }

    /** Puts the outputs into the parameters. Callback objects among them are handed over, which is to be settled. */
    void fillOutputs() throws TeeException {
        for (int i = 0; i < outputs.length; i++) {
            fillOutput(outputParams[i], outputs[i]);
        }
        for (int i = 0; i < outputObjects.length; i++) {
            TeeParam param = outputObjectParams[i];
            objects.fill(param, TeeParam.Type.OBJREF_OUTPUT, outputObjects[i], i);
            if (outputObjects[i] instanceof CallbackObject callback) {
                objects.handOver(param, TeeParam.Type.OBJREF_OUTPUT, callback);
            }
        }
    }

    /** Settles the callback objects among the outputs, whether these were sent or not. */
    void settleOutputs(boolean sent) {
        objects.settle(params, TeeParam.Type.OBJREF_OUTPUT, sent);
    }

    /** Closes all references. The arguments are not valid any more afterwards. */
    @Override
    public void close() {
        closed = true;
        try {
            closeAll(inputObjects, 0);
        } finally {
            closeAll(outputObjects, 0);
        }
    }

    private static void closeAll(ObjectReference[] references, int first) {
        int at = first;
        try {
            while (at < references.length) {
                ObjectConversion.close(references[at]);
                at++;
            }
        } finally {
            if (at < references.length) {
                closeAll(references, at + 1);
            }
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
        return copy;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the invocation has ended: its arguments are not valid any more");
        }
    }
}
