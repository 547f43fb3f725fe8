// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.spi.SecureCall;

/** The secure world's side of one call: what came, what it asks in its course, what it answers. Used by one thread. */
final class ForeignCall {

    private static final int MOST_STEPS = 6;
    private static final int ENDLESS_STEPS = 200;
    private static final int UNAVAIL = -96;

    private final ForeignWorld world;
    private final Input input;
    private final SecureCall call;
    private final ForeignClient client;
    private final ForeignMessage message;
    private final ByteBuffer inboundBuffer;
    private final ByteBuffer outboundBuffer;
    private final ForeignLayout inbound;

    private ForeignRequest asked;
    private int steps;
    private boolean endless;

    /** @param message what {@code client} means to have sent */
    ForeignCall(ForeignWorld world, SecureCall call, ForeignClient client, ForeignMessage message) {
        this.world = world;
        this.call = call;
        this.client = client;
        this.message = message;
        input = world.input();
        inboundBuffer = world.inbound(call);
        outboundBuffer = world.outbound(call);
        inbound = new ForeignLayout(inboundBuffer, ForeignLayout.INBOUND_HEADER);
    }

    SecureCall call() {
        return call;
    }

    /** Takes what it was told, and goes on. Returns whether it calls back; otherwise the call is over. */
    boolean step() throws TeeException {
        take();
        boolean mayCallBack = world.mayCallBack();
        if (world.isHostile() && mayCallBack && input.oneIn(64)) {
            throw new TeeException(Errno.EBUSY, "lost");
        }
        steps++;
        if (endless && steps < ENDLESS_STEPS || mayCallBack && steps < MOST_STEPS && choosesToAsk()) {
            ask();
            return true;
        }
        leave();
        return false;
    }

    private boolean choosesToAsk() {
        int choice = input.u8();
        endless = world.isHostile() && choice == 0xff;
        return (choice & 3) != 0;
    }

    private void take() {
        if (asked != null) {
            asked.takeResponse();
            return;
        }
        if (message.target() != 0) {
            ForeignLayout.requireEqual(message.target(), inbound.target(), "target");
        }
        inbound.requireCanonical(message);
        new ForeignLayout(outboundBuffer, ForeignLayout.OUTBOUND_HEADER).requireZeros(0);
        int at = message.inputs().size() + message.room().size();
        for (ForeignObject object : message.objects()) {
            arrive(world.books(), inbound.word(at++), object);
        }
    }

    /** An object came under an id. */
    static void arrive(ForeignBooks books, int id, ForeignObject object) {
        switch (object.kind()) {
            case NULL -> ForeignLayout.requireEqual(0, id, "id of no object");
            case SECURE -> requireWireId(object.owner().wireId(object), id);
            default -> books.arrived(id, object);
        }
    }

    private static void requireWireId(int expected, int id) {
        if (expected != 0) {
            ForeignLayout.requireEqual(expected, id, "id of an object of the secure world");
        }
    }

    private void ask() {
        asked = new ForeignRequest(world, outboundBuffer);
        asked.write();
    }

    /** Some of its objects, each with the name it has on the wire. */
    static List<Integer> chooseNames(ForeignWorld world, int count) {
        List<Integer> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int choice = world.input().u8();
            List<Integer> held = world.books().ids();
            names.add(
                    switch (choice & 3) {
                        case 0 -> 0;
                        case 1 -> world.nextSecureId();
                        case 2 -> world.lastSecureId();
                        default -> held.isEmpty() ? 0 : held.get((choice >>> 2) % held.size());
                    });
        }
        return names;
    }

    static List<ForeignObject> objects(ForeignWorld world, List<Integer> names) {
        return names.stream()
                .map(name -> name == 0
                        ? ForeignObject.NONE
                        : name > 0 ? ForeignObject.secure(name) : world.books().object(name))
                .toList();
    }

    private void leave() {
        ForeignMessage.Answer answer = chooseAnswer();
        boolean arrives = answer.objects().stream().allMatch(object -> object.mayGoTo(client));
        message.answer(arrives ? answer : ForeignMessage.Answer.failed(UNAVAIL));
        release();
        if (world.isSpoiling()) {
            ForeignHostility.spoil(inboundBuffer, 0, world);
            ForeignHostility.spoil(outboundBuffer, 0, world);
        }
        int firstObject = message.arguments() - message.wanted();
        for (int i = 0; answer.result() == 0 && i < message.wanted(); i++) {
            world.books().named(inbound.word(firstObject + i));
        }
        call.respond(answer.result(), (input.u8() & 7) % SecureCall.CALLBACK);
    }

    private ForeignMessage.Answer chooseAnswer() {
        if (input.oneIn(8)) {
            return ForeignMessage.Answer.failed(10 + input.u8());
        }
        List<byte[]> outputs = message.chosenOutputs(input);
        int at = message.inputs().size();
        for (byte[] output : outputs) {
            inbound.size(at, output.length);
            inbound.bytes(inbound.word(at), output);
            if (output.length == 0 && input.oneIn(2)) {
                inbound.word(at, input.number());
            }
            at++;
        }
        List<Integer> names = chooseNames(world, message.wanted());
        at += message.objects().size();
        for (int name : names) {
            inbound.word(at++, name);
        }
        return new ForeignMessage.Answer(0, outputs, objects(world, names));
    }

    /** The whole outbound buffer is there for releases. What the last response left may stay behind them. */
    private void release() {
        List<List<Integer>> releases = world.chooseReleases();
        List<Integer> last = world.takeLettingGo();
        boolean cleared = !input.oneIn(4);
        if (cleared) {
            outboundBuffer.put(0, new byte[outboundBuffer.capacity()]);
        }
        int end = writeReleases(world, outboundBuffer, 0, releases);
        if (!last.isEmpty()) {
            last.forEach(world.books()::release);
            end = writeReleases(world, outboundBuffer, end, List.of(last));
        }
        if (cleared && !world.isHostile() && input.oneIn(2)) {
            call.outboundUsed(end);
        }
    }

    /** One message for each list, of any minor version. Returns where they end. */
    static int writeReleases(ForeignWorld world, ByteBuffer buffer, int start, List<List<Integer>> releases) {
        ForeignLayout layout = new ForeignLayout(buffer, ForeignLayout.OUTBOUND_HEADER);
        int at = start;
        for (List<Integer> ids : releases) {
            at = layout.release(at, 1 << 16 | world.input().u8() & 3, ids);
        }
        return at;
    }
}
