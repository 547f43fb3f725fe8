// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.List;
import java.util.stream.IntStream;
import org.ermine.tee.itests.fuzz.Input;

/**
 * A message as its sender means it: what has to arrive at the other side. Goes to the secure world or comes from it.
 * Used by one thread.
 */
final class ForeignMessage {

    /**
     * What the one who was asked answers, and what the one who asked has to get.
     *
     * @param outputs and objects are of meaning with result 0 only
     */
    record Answer(int result, List<byte[]> outputs, List<ForeignObject> objects) {

        static Answer failed(int result) {
            return new Answer(result, List.of(), List.of());
        }
    }

    private static final int MOST_BUFFERS = 4;
    private static final int LARGE = 8;

    private final long target;
    private final int op;
    private final List<byte[]> inputs;
    private final List<Integer> room;
    private final List<ForeignObject> objects;
    private final int wanted;
    private Answer answer;

    /**
     * @param target the number of a callback object, or an id on the wire
     * @param room bytes of each output buffer
     * @param wanted how many objects the answer is to have
     */
    ForeignMessage(
            long target, int op, List<byte[]> inputs, List<Integer> room, List<ForeignObject> objects, int wanted) {
        this.target = target;
        this.op = op;
        this.inputs = inputs;
        this.room = room;
        this.objects = objects;
        this.wanted = wanted;
    }

    /** Any buffers, and up to three objects wanted. */
    static ForeignMessage chosen(Input input, long target, int op, List<ForeignObject> objects) {
        List<byte[]> inputs = IntStream.range(0, input.below(MOST_BUFFERS))
                .mapToObj(any -> content(size(input), input))
                .toList();
        List<Integer> room = IntStream.range(0, input.below(MOST_BUFFERS))
                .mapToObj(any -> size(input))
                .toList();
        return new ForeignMessage(target, op, inputs, room, objects, input.below(MOST_BUFFERS));
    }

    private static int size(Input input) {
        int choice = input.u8();
        return choice % LARGE == LARGE - 1 ? 2 * choice : choice >>> 3;
    }

    static byte[] content(int size, Input input) {
        byte[] bytes = new byte[size];
        int first = input.u8();
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    /** Outputs for the room that there is: mostly smaller. */
    List<byte[]> chosenOutputs(Input input) {
        return room.stream()
                .map(size -> content(input.u8() % (size + 1), input))
                .toList();
    }

    long target() {
        return target;
    }

    int op() {
        return op;
    }

    List<byte[]> inputs() {
        return inputs;
    }

    List<Integer> room() {
        return room;
    }

    List<ForeignObject> objects() {
        return objects;
    }

    int wanted() {
        return wanted;
    }

    int arguments() {
        return inputs.size() + room.size() + objects.size() + wanted;
    }

    int counts() {
        return inputs.size() | room.size() << 4 | objects.size() << 8 | wanted << 12;
    }

    /** The answer; null as long as nobody answered. */
    Answer answer() {
        return answer;
    }

    void answer(Answer given) {
        answer = given;
    }
}
