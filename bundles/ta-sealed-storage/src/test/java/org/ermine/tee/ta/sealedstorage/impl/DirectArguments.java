// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;

/** Arguments of an invocation that no transport carries. */
public final class DirectArguments implements IncomingArguments {

    private final List<ByteBuffer> inputs = new ArrayList<>();
    private final List<ByteBuffer> outputs = new ArrayList<>();
    private final List<ObjectReference> outputObjects = new ArrayList<>();

    public DirectArguments in(byte[] data) {
        return in(ByteBuffer.wrap(data));
    }

    public DirectArguments in(ByteBuffer data) {
        inputs.add(data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
        return this;
    }

    public DirectArguments out(int room) {
        return out(ByteBuffer.allocate(room));
    }

    public DirectArguments out(ByteBuffer room) {
        outputs.add(room.slice().order(ByteOrder.LITTLE_ENDIAN));
        return this;
    }

    public DirectArguments outObject() {
        outputObjects.add(null);
        return this;
    }

    public ObjectReference outputObject(int index) {
        return outputObjects.get(index);
    }

    @Override
    public int inputCount() {
        return inputs.size();
    }

    @Override
    public ByteBuffer input(int index) {
        return inputs.get(index);
    }

    @Override
    public int outputCount() {
        return outputs.size();
    }

    @Override
    public ByteBuffer output(int index) {
        return outputs.get(index);
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
        return outputObjects.size();
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        outputObjects.set(index, object);
    }

    @Override
    public boolean isAbandoned() {
        return false;
    }
}
