// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ermine.tee.itests.fuzz.Input;

/** A request of the secure world to the normal one, and what has to come of it. Used by one thread. */
final class ForeignRequest {

    private static final int MAP = 0;
    private static final int YIELD = 1;
    private static final int SLEEP = 2;
    private static final int MAPPING_SIZE = 20;
    private static final int READ_AND_WRITE = 6;
    private static final int MEMORY_SIZE = 64;
    private static final int UNAVAIL = -96;

    private final ForeignWorld world;
    private final Input input;
    private final ForeignBooks books;
    private final ByteBuffer buffer;
    private final ForeignLayout layout;

    private final int target;
    private final List<Integer> names;
    private final ForeignMessage message;
    private final List<Integer> offsets = new ArrayList<>();

    /** Chooses one. */
    ForeignRequest(ForeignWorld world, ByteBuffer outbound) {
        this.world = world;
        buffer = outbound;
        input = world.input();
        books = world.books();
        layout = new ForeignLayout(outbound, ForeignLayout.OUTBOUND_HEADER);
        int choice = input.u8();
        target = chooseTarget(choice);
        boolean maps = target == ForeignLayout.PRIMORDIAL && (choice & 8) == 0;
        List<Integer> memory = books.ids(ForeignObject.Kind.MEMORY);
        names = maps && !memory.isEmpty()
                ? List.of(world.pick(memory))
                : ForeignCall.chooseNames(world, input.below(4));
        message = maps ? mapping(choice) : chooseMessage(choice);
    }

    private int chooseTarget(int choice) {
        List<Integer> users = books.ids(ForeignObject.Kind.USER);
        return switch (choice & 7) {
            case 0, 1, 2 -> ForeignLayout.PRIMORDIAL;
            case 3 -> books.ids().isEmpty() ? ForeignLayout.PRIMORDIAL : world.pick(books.ids());
            default -> users.isEmpty() ? ForeignLayout.PRIMORDIAL : world.pick(users);
        };
    }

    private ForeignMessage mapping(int choice) {
        List<Integer> room = List.of(MAPPING_SIZE + (choice >>> 4));
        return new ForeignMessage(0, MAP, List.of(), room, ForeignCall.objects(world, names), 1);
    }

    private ForeignMessage chooseMessage(int choice) {
        long number =
                target == ForeignLayout.PRIMORDIAL ? 0 : books.object(target).number();
        return ForeignMessage.chosen(input, number, chooseOp(choice), ForeignCall.objects(world, names));
    }

    private int chooseOp(int choice) {
        int kind = choice >>> 4;
        return kind == 14 ? ForeignLayout.RELEASE : kind == 15 ? ForeignLayout.RETAIN : kind;
    }

    /** Puts it into the buffer, with releases behind it. */
    void write() {
        if (!input.oneIn(4)) {
            buffer.put(0, new byte[buffer.capacity()]);
        }
        layout.header(target, message.op() | input.u8() << 16, message.counts());
        writeBuffers(input.oneIn(2));
        int at = message.inputs().size() + message.room().size();
        for (int name : names) {
            layout.word(at++, name);
        }
        int end = layout.end(message);
        ForeignCall.writeReleases(world, buffer, end, world.chooseReleases());
        if (world.isSpoiling()) {
            ForeignHostility.spoil(buffer, end, world);
        }
        nameObjects();
        message.answer(predict());
        world.request(message);
    }

    /**
     * Each buffer has a place of its own in the payload, in one order or the other; the place of an empty one means
     * nothing.
     */
    private void writeBuffers(boolean backwards) {
        int inputs = message.inputs().size();
        int buffers = inputs + message.room().size();
        offsets.addAll(Collections.nCopies(buffers, 0));
        int at = layout.payload(message);
        for (int i = 0; i < buffers; i++) {
            int index = backwards ? buffers - 1 - i : i;
            byte[] content = index < inputs
                    ? message.inputs().get(index)
                    : new byte[message.room().get(index - inputs)];
            layout.word(index, content.length == 0 ? input.number() : at);
            layout.size(index, content.length);
            layout.bytes(at, content);
            offsets.set(index, at);
            at += ForeignLayout.rounded(content.length);
        }
    }

    private boolean isReference(int op) {
        return op == ForeignLayout.RELEASE || op == ForeignLayout.RETAIN;
    }

    /** References go with the objects that stand in the message, whatever it says beside. */
    private void nameObjects() {
        int counts = layout.counts();
        if (layout.op() == ForeignLayout.RETAIN) {
            books.retainAsked();
        }
        if (counts >>> 16 != 0 || isReference(layout.op())) {
            return;
        }
        int first = (counts & 0xf) + (counts >>> 4 & 0xf);
        for (int i = 0; i < (counts >>> 8 & 0xf); i++) {
            books.named(layout.word(first + i));
        }
    }

    /** What the normal world has to answer; null if that is up to the called object. */
    private ForeignMessage.Answer predict() {
        if (isReference(message.op())) {
            boolean done = target == ForeignLayout.PRIMORDIAL
                    || (message.op() == ForeignLayout.RELEASE ? books.release(target) : books.retain(target));
            return ForeignMessage.Answer.failed(done ? 0 : UNAVAIL);
        }
        if (names.stream().anyMatch(name -> ForeignLayout.isNormalWorld(name) && !books.holds(name))) {
            return ForeignMessage.Answer.failed(UNAVAIL);
        }
        return target == ForeignLayout.PRIMORDIAL ? predictPrimordial() : predictCall();
    }

    private ForeignMessage.Answer predictCall() {
        boolean called = books.holds(target)
                && books.object(target).kind() == ForeignObject.Kind.USER
                && message.objects().stream()
                        .allMatch(object -> object.mayGoTo(books.object(target).owner()));
        return called ? null : ForeignMessage.Answer.failed(UNAVAIL);
    }

    private ForeignMessage.Answer predictPrimordial() {
        return switch (message.op()) {
            case MAP -> predictMapping();
            case YIELD -> emptied();
            case SLEEP ->
                message.counts() == 1 && message.inputs().get(0).length >= 4
                        ? emptied()
                        : ForeignMessage.Answer.failed(UNAVAIL);
            default -> ForeignMessage.Answer.failed(UNAVAIL);
        };
    }

    private ForeignMessage.Answer emptied() {
        return new ForeignMessage.Answer(
                0,
                message.room().stream().map(any -> new byte[0]).toList(),
                Collections.nCopies(message.wanted(), ForeignObject.NONE));
    }

    private ForeignMessage.Answer predictMapping() {
        boolean maps = message.counts() == 0x1110
                && message.room().get(0) >= MAPPING_SIZE
                && message.objects().get(0).kind() == ForeignObject.Kind.MEMORY;
        if (!maps) {
            return ForeignMessage.Answer.failed(UNAVAIL);
        }
        ForeignObject memory = message.objects().get(0);
        byte[] mapping = ByteBuffer.allocate(MAPPING_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(memory.owner().address(memory))
                .putLong(MEMORY_SIZE)
                .putInt(READ_AND_WRITE)
                .array();
        return new ForeignMessage.Answer(0, List.of(mapping), List.of(memory));
    }

    void takeResponse() {
        if (world.isHostile()) {
            return;
        }
        ForeignMessage.Answer answer = message.answer();
        if (answer == null) {
            throw new AssertionError("a request did not arrive");
        }
        ForeignLayout.requireEqual(answer.result(), buffer.getInt(0), "result of a request");
        layout.requireZeros(layout.end(message));
        if (answer.result() == 0 && !isReference(message.op())) {
            takeOutputs(answer);
        }
    }

    private void takeOutputs(ForeignMessage.Answer answer) {
        int at = message.inputs().size();
        for (byte[] output : answer.outputs()) {
            ForeignLayout.requireEqual(output.length, layout.size(at), "size of an output");
            if (!Arrays.equals(output, layout.bytes(offsets.get(at), output.length))) {
                throw new AssertionError("an output of a request has other bytes");
            }
            at++;
        }
        at += names.size();
        for (ForeignObject object : answer.objects()) {
            ForeignCall.arrive(books, layout.word(at++), object);
        }
    }
}
