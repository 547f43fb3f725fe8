// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.object.InPlaceArguments;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The arguments as trusted code sees them, and the private memory of its buffers. They belong to the invocations of one
 * domain by one client, for good: what careless code returns without having written it, or keeps beyond its call, can
 * show no bytes but those that this domain was given by this client.
 *
 * <p>Open in the course of an invocation, used again for one after the other; belong to the thread of the call.
 */
final class OwnedArguments implements InPlaceArguments {

    private final Hosting owner;
    private final InboundMessage message;
    private final CallObjects objects;
    private final ArgumentBuffer[] inputs = new ArgumentBuffer[TransportFormat.MAX_OF_A_KIND];
    private final ArgumentBuffer[] outputs = new ArgumentBuffer[TransportFormat.MAX_OF_A_KIND];
    /** Sizes of the output buffers, once they were taken. */
    private final int[] written = new int[TransportFormat.MAX_OF_A_KIND];

    private boolean open;
    private boolean inPlace;
    private boolean seenByOthers;

    /**
     * @param owner whose they are; it can be shared
     * @param message of the call
     * @param objects of the call
     */
    OwnedArguments(Hosting owner, InboundMessage message, CallObjects objects) {
        this.owner = owner;
        this.message = message;
        this.objects = objects;
    }

    boolean belongTo(Hosting other) {
        return owner == other || owner.client() == other.client() && owner.domain() == other.domain();
    }

    /** The domain, and the client. */
    Hosting owner() {
        return owner;
    }

    boolean areOpen() {
        return open;
    }

    @Override
    public boolean areInPlace() {
        return inPlace;
    }

    /** Another domain may have been shown the arguments, and may keep what it saw: they must not be used again. */
    void seenByOthers() {
        seenByOthers = true;
    }

    boolean areSeenByOthers() {
        return seenByOthers;
    }

    /**
     * Copies the message's input buffers from shared memory, and makes room for its outputs.
     *
     * @param inPlace whether large ones are shown where they stand instead
     */
    void open(ByteBuffer memory, boolean inPlace) {
        this.inPlace = inPlace;
        for (int i = 0; i < message.inputCount(); i++) {
            ArgumentBuffer input = buffer(inputs, i, true);
            if (inPlace && isLarge(message.inputSize(i))) {
                input.show(message.input(memory, i));
            } else {
                input.begin(message.inputSize(i));
                message.copyInput(memory, i, input.bytes());
            }
        }
        for (int i = 0; i < message.outputCount(); i++) {
            ArgumentBuffer output = buffer(outputs, i, false);
            if (inPlace && isLarge(message.outputSize(i))) {
                output.show(message.output(memory, i));
            } else {
                output.begin(message.outputSize(i));
            }
        }
        open = true;
    }

    private static boolean isLarge(int size) {
        return size >= TrustedObject.LARGE;
    }

    /**
     * Takes what was written to the output buffers.
     *
     * @return whether that is no more than was asked for
     */
    boolean takeOutputs() {
        boolean fit = true;
        for (int i = 0; i < message.outputCount(); i++) {
            written[i] = outputs[i].view().position();
            fit &= written[i] <= message.outputSize(i);
        }
        return fit;
    }

    /** Copies the outputs that were taken into the message, in shared memory. */
    void returnOutputs(ByteBuffer memory) {
        for (int i = 0; i < message.outputCount(); i++) {
            if (!outputs[i].isInPlace()) {
                message.writeOutput(memory, i, outputs[i].bytes(), written[i]);
            }
            message.writeOutputSize(memory, i, written[i]);
        }
    }

    /** The invocation has ended. Gives back memory beyond {@code most} bytes of each buffer. */
    void close(int most) {
        open = false;
        for (int i = 0; i < message.inputCount() && inputs[i] != null; i++) {
            inputs[i].end(most);
        }
        for (int i = 0; i < message.outputCount() && outputs[i] != null; i++) {
            outputs[i].end(most);
        }
    }

    /** Gives back memory beyond {@code most} bytes of each buffer, of whatever message it was for. */
    void trim(int most) {
        for (int i = 0; i < TransportFormat.MAX_OF_A_KIND; i++) {
            trim(inputs[i], most);
            trim(outputs[i], most);
        }
    }

    private static void trim(ArgumentBuffer buffer, int most) {
        if (buffer != null) {
            buffer.end(most);
        }
    }

    private static ArgumentBuffer buffer(ArgumentBuffer[] buffers, int index, boolean readOnly) {
        if (buffers[index] == null) {
            buffers[index] = new ArgumentBuffer(readOnly);
        }
        return buffers[index];
    }

    @Override
    public int inputCount() {
        requireOpen();
        return message.inputCount();
    }

    @Override
    public ByteBuffer input(int index) {
        requireOpen();
        return inputs[Objects.checkIndex(index, message.inputCount())].view();
    }

    @Override
    public int outputCount() {
        requireOpen();
        return message.outputCount();
    }

    @Override
    public ByteBuffer output(int index) {
        requireOpen();
        return outputs[Objects.checkIndex(index, message.outputCount())].view();
    }

    @Override
    public int inputObjectCount() {
        requireOpen();
        return message.inputObjectCount();
    }

    @Override
    public ObjectReference inputObject(int index) {
        requireOpen();
        return objects.input(Objects.checkIndex(index, message.inputObjectCount()));
    }

    @Override
    public int outputObjectCount() {
        requireOpen();
        return message.outputObjectCount();
    }

    @Override
    public void outputObject(int index, ObjectReference object) {
        requireOpen();
        objects.setOutput(Objects.checkIndex(index, message.outputObjectCount()), object);
    }

    /** Nobody can tell the secure world that its client is gone: its callbacks fail then. */
    @Override
    public boolean isAbandoned() {
        requireOpen();
        return false;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the invocation has ended: its arguments are not valid any more");
        }
    }
}
