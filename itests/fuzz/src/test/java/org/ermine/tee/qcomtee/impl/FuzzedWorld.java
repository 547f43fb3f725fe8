// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.MessageView;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * A secure world that does what a script says, and keeps account of it in a {@link Model}. Scripts run on the thread of
 * the target; the release thread of the backend comes here too, and is told nothing hostile.
 */
final class FuzzedWorld implements SecureChannel {

    /** What the secure world does whenever it is entered. */
    @FunctionalInterface
    interface Script {
        /** Returns whether it calls back; otherwise it returns for good. */
        boolean stay(Stay stay) throws TeeException;
    }

    private final MessageView messages;
    private final Map<SecureCall, Stay> stays = new HashMap<>();
    private final Map<Integer, Integer> released = new ConcurrentHashMap<>();

    private Model model = new Model();
    private FuzzClient caller;
    private Request request;
    private Script script = stay -> false;
    /** Whether callbacks leave by returning, and not on the stack. */
    private boolean returning;

    FuzzedWorld(PhysicalMemory memory) {
        messages = new MessageView(memory);
    }

    /** Starts over. */
    void begin(boolean callbacksReturn) {
        model = new Model();
        returning = callbacksReturn;
        stays.clear();
        released.clear();
    }

    /** Sets the client that invokes from now on. Returns who did before. */
    FuzzClient caller(FuzzClient next) {
        FuzzClient before = caller;
        caller = next;
        return before;
    }

    /** The callback request that was sent last. */
    Request request() {
        return request;
    }

    Model model() {
        return model;
    }

    /** How often the backend released each object. */
    Map<Integer, Integer> released() {
        return released;
    }

    void script(Script next) {
        script = next;
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        Stay stay = new Stay(call);
        if (stay.inbound().getInt(4) == Wire.OP_RELEASE) {
            released.merge(stay.inbound().getInt(0), 1, Integer::sum);
            call.respond(0, 0);
            return;
        }
        stay.enter();
        goOn(stay);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        Stay stay = stays.remove(call);
        stay.takeResponse();
        goOn(stay);
    }

    private void goOn(Stay stay) throws TeeException {
        boolean callback = stay.run();
        while (callback && !returning) {
            stay.requested();
            stay.call.serveCallback();
            stay.takeResponse();
            callback = stay.run();
        }
        if (callback) {
            stay.requested();
            stays.put(stay.call, stay);
            stay.call.respond(0, SecureCall.CALLBACK);
        } else {
            stay.leave();
        }
    }

    /** The secure world's view of one call. */
    final class Stay {

        private final SecureCall call;
        /** Objects that came with the message that the present step answers. */
        private final List<Integer> arrived = new ArrayList<>();

        private final FuzzClient client = caller;
        /** The arguments as the backend set them. */
        private final int counts;

        private Request sent;
        /** Who owns what the answer to it brings. */
        private FuzzClient answerer;

        private byte[] response = new byte[0];
        private int steps;
        private int result;
        private int type;

        private Stay(SecureCall call) {
            this.call = call;
            counts = inbound().getInt(8);
        }

        ByteBuffer inbound() {
            return messages.inbound(call);
        }

        ByteBuffer outbound() {
            return messages.outbound(call);
        }

        Model model() {
            return model;
        }

        /** How often the world was entered before in this call. */
        int steps() {
            return steps;
        }

        /** What the call returns; any type but {@link SecureCall#CALLBACK}. */
        void finish(int finalResult, int finalType) {
            result = finalResult;
            type = finalType == SecureCall.CALLBACK ? 0 : finalType;
        }

        private int argument(int index) {
            return inbound().getInt(12 + 8 * index);
        }

        private int count(int kind) {
            return counts >>> 4 * kind & 0xf;
        }

        private void enter() {
            requireZeros(outbound(), 0, outbound().capacity());
            for (int i = count(0); i < count(0) + count(1); i++) {
                int offset = argument(i);
                requireZeros(inbound(), offset, offset + inbound().getInt(12 + 8 * i + 4));
            }
            for (int i = 0; i < count(2); i++) {
                arrive(argument(count(0) + count(1) + i), client);
            }
        }

        /** What others left in memory must not come to QTEE. */
        private static void requireZeros(ByteBuffer buffer, int from, int to) {
            for (int i = from; i < to; i++) {
                if (buffer.get(i) != 0) {
                    throw new AssertionError("byte " + i + " of a message to QTEE is garbage");
                }
            }
        }

        private void arrive(int id, FuzzClient owner) {
            if (Model.isNormalWorld(id)) {
                model.exported(id, owner);
                arrived.add(id);
            }
        }

        /** A step that throws did not take the message it answers, nor the objects in it. */
        private boolean run() throws TeeException {
            boolean taken = false;
            try {
                boolean callback = script.stay(this);
                taken = true;
                steps++;
                return callback;
            } finally {
                if (!taken) {
                    arrived.forEach(model::withdrawn);
                }
                arrived.clear();
            }
        }

        /** A request stands in the outbound buffer. */
        private void requested() {
            sent = new Request(outbound());
            request = sent;
            model.async(outbound(), sent.end(), response);
            for (int i = 0; sent.hasSaneCounts() && !sent.isReference() && i < sent.count(2); i++) {
                model.handOut(sent.inputObject(i));
            }
            answerer = model.ownerOf(isMapping() ? sent.inputObject(0) : sent.target());
        }

        /** What the primordial object answers is a mapping of somebody's memory. */
        private boolean isMapping() {
            return isPrimordial() && sent.hasSaneCounts() && sent.count(2) > 0;
        }

        private void takeResponse() {
            ByteBuffer outbound = outbound();
            sent.checkResponse(outbound);
            boolean done = outbound.getInt(0) == 0;
            switch (sent.op()) {
                case Wire.OP_RELEASE -> expect(done, isPrimordial() || model.released(sent.target()));
                case Wire.OP_RETAIN -> expect(done, isPrimordial() || model.retained(sent.target()));
                default -> {
                    for (int i = 0; done && i < sent.count(3); i++) {
                        arrive(outbound.getInt(sent.outputObjectAt(i)), answerer);
                    }
                }
            }
            response = new byte[sent.end()];
            outbound.get(0, response);
        }

        private static void expect(boolean done, boolean expected) {
            if (done != expected) {
                throw new AssertionError(
                        "RETAIN or RELEASE: " + (done ? "done" : "refused") + ", against the protocol");
            }
        }

        private boolean isPrimordial() {
            return sent.target() == Wire.OBJECT_PRIMORDIAL;
        }

        private void leave() {
            model.async(outbound(), 0, response);
            int first = count(0) + count(1) + count(2);
            for (int i = 0; result == 0 && i < count(3); i++) {
                model.handOut(argument(first + i));
            }
            call.respond(result, type);
        }
    }
}
