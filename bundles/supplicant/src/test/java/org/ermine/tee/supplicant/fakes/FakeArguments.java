// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;

/** Arguments without inputs; output buffers of the given sizes. */
public class FakeArguments implements IncomingArguments {

    public final ByteBuffer[] outputs;
    private final int outputObjects;
    public volatile boolean abandoned;

    public FakeArguments(int outputObjects, int... outputSizes) {
        this.outputObjects = outputObjects;
        this.outputs = new ByteBuffer[outputSizes.length];
        for (int i = 0; i < outputSizes.length; i++) {
            outputs[i] = ByteBuffer.allocate(outputSizes[i]).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Override
    public int inputCount() {
        return 0;
    }

    @Override
    public ByteBuffer input(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int outputCount() {
        return outputs.length;
    }

    @Override
    public ByteBuffer output(int index) {
        return outputs[index];
    }

    @Override
    public int inputObjectCount() {
        return 0;
    }

    @Override
    public ObjectReference inputObject(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int outputObjectCount() {
        return outputObjects;
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isAbandoned() {
        return abandoned;
    }
}
