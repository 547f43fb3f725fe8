// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;

/** Arguments of an invocation that no transport carries. */
public class DirectArguments implements IncomingArguments {

    private final List<ByteBuffer> inputs = new ArrayList<>();
    private final List<ByteBuffer> outputs = new ArrayList<>();
    private final List<ObjectReference> outputObjects = new ArrayList<>();
    private volatile boolean abandoned;

    public final DirectArguments in(byte[] data) {
        return in(ByteBuffer.wrap(data));
    }

    public final DirectArguments in(ByteBuffer data) {
        inputs.add(data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
        return this;
    }

    public final DirectArguments out(int room) {
        return out(ByteBuffer.allocate(room));
    }

    public final DirectArguments out(ByteBuffer room) {
        outputs.add(room.slice().order(ByteOrder.LITTLE_ENDIAN));
        return this;
    }

    public final DirectArguments outObject() {
        outputObjects.add(null);
        return this;
    }

    /** From now on nobody waits for the answer. */
    public final DirectArguments abandon() {
        abandoned = true;
        return this;
    }

    public final ObjectReference outputObject(int index) {
        return outputObjects.get(index);
    }

    @Override
    public final int inputCount() {
        return inputs.size();
    }

    @Override
    public final ByteBuffer input(int index) {
        return inputs.get(index);
    }

    @Override
    public final int outputCount() {
        return outputs.size();
    }

    @Override
    public final ByteBuffer output(int index) {
        return outputs.get(index);
    }

    @Override
    public final int inputObjectCount() {
        return 0;
    }

    @Override
    public final ObjectReference inputObject(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public final int outputObjectCount() {
        return outputObjects.size();
    }

    @Override
    public final void outputObject(int index, ObjectReference object) {
        outputObjects.set(index, object);
    }

    @Override
    public final boolean isAbandoned() {
        return abandoned;
    }
}
