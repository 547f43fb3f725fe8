// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.ChosenBuffer;
import org.ermine.tee.itests.fuzz.GuardedMemory;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SecureCall;

/**
 * A normal world that sends and answers what a fuzzer chose. Keeps account of the references that both sides hold, by
 * the protocol alone.
 */
final class Peer {

    private static final int PRIMORDIAL = 0x80000000;
    private static final int FIRST = 0x80000001;
    private static final int OUTBOUND = 4096;
    private static final int RELEASE = 0xffff;
    private static final int ERROR = 1;
    private static final int VERSION = 0x00010002;

    private final Input input;
    private final GuardedMemory memory;
    private final Emulator emulator;
    private final MemoryRegion shared;
    /** Objects of the secure world that this holds. */
    private final List<Integer> held = new ArrayList<>();

    private final Map<Integer, Integer> given = new TreeMap<>();
    private final Map<Integer, Integer> released = new TreeMap<>();
    private int next = FIRST;
    private boolean failedACallback;

    Peer(Input input, GuardedMemory memory, Emulator emulator) throws TeeException {
        this.input = input;
        this.memory = memory;
        this.emulator = emulator;
        shared = memory.allocate(256);
    }

    /** A new id, as each message that names an object has one. */
    private int newId() {
        return next++;
    }

    private int name() {
        int choice = input.u8();
        return switch (choice & 7) {
            case 0 -> 0;
            case 1, 2, 3 -> newId();
            case 4, 5 -> held.isEmpty() ? choice : held.get((choice >>> 3) % held.size());
            case 6 -> (choice & 8) == 0 ? PRIMORDIAL : 1;
            default -> input.number();
        };
    }

    // ---- Invocations.

    /** An invocation whose message may have anything in it. */
    void invoke() throws TeeException {
        int manner = input.u8();
        MemoryRegion inbound = memory.acquire(size(manner));
        ByteBuffer message = inbound.buffer();
        message.put(0, new byte[inbound.size()]);
        write(message, manner);
        invoke(inbound);
    }

    /** As large as the message, smaller or larger. */
    private int size(int manner) {
        return (manner & 3) == 3 ? 1 + input.u16() % 1024 : 512;
    }

    private void write(ByteBuffer message, int manner) {
        int[] header = {target(manner), operation(), counts()};
        for (int i = 0; i < 3 && 4 * i + 4 <= message.capacity(); i++) {
            message.putInt(4 * i, header[i]);
        }
        int buffers = (header[2] & 0xf) + (header[2] >>> 4 & 0xf);
        int objects = header[2] >>> 8 & 0xf;
        int arguments = buffers + objects + (header[2] >>> 12 & 0xf);
        int end = 12 + 8 * arguments + 7 & ~7;
        for (int i = 0; i < arguments && 12 + 8 * i + 8 <= message.capacity(); i++) {
            int at = 12 + 8 * i;
            if (i < buffers) {
                end = new ChosenBuffer(input, message).write(at, end, message.capacity(), true);
            } else {
                message.putInt(at, i < buffers + objects ? name() : input.u8());
            }
        }
        if ((manner & 0xe0) == 0xe0) {
            message.put(input.u16() % message.capacity(), (byte) input.u8());
        }
    }

    private int target(int manner) {
        return switch (manner >>> 2 & 3) {
            case 0 -> 1;
            case 1, 2 -> held.isEmpty() ? 1 : held.get(held.size() - 1);
            default -> name();
        };
    }

    private int operation() {
        int choice = input.u8();
        return (choice & 0x0f) == 0x0f ? input.number() : choice & 0x0f;
    }

    private int counts() {
        int few = input.u8();
        return switch (input.u8() & 7) {
            case 6 -> input.u16();
            case 7 -> input.i32();
            default -> few & 3 | (few & 0xc) << 2 | (few & 0x30) << 4 | (few & 0xc0) << 6;
        };
    }

    private void invoke(MemoryRegion inbound) throws TeeException {
        MemoryRegion outbound = memory.acquire(OUTBOUND);
        outbound.buffer().put(0, new byte[OUTBOUND]);
        ByteBuffer message = inbound.buffer();
        byte[] sent = new byte[inbound.size()];
        message.get(0, sent);
        int[] arguments = giveInputs(message);
        failedACallback = false;
        Transport call = new Transport(inbound, outbound);
        emulator.invoke(call);
        takeReleases(outbound.buffer(), 0);
        if (call.result == ERROR && !failedACallback) {
            throw new AssertionError("the emulator failed unexpectedly");
        }
        if (call.result == 0 && arguments != null) {
            requireOnlyOutputsChanged(message, sent, arguments);
            takeOutputs(message, arguments);
        } else {
            requireUnchanged(message, sent);
        }
        boolean release = call.result == 0 && (message.getInt(4) & 0xffff) == RELEASE;
        if (release) {
            held.remove((Integer) message.getInt(0));
        }
        if (call.result == 0 && (message.getInt(4) & 0xffff) == 0xfffe) {
            held.add(message.getInt(0));
        }
        inbound.release();
        outbound.release();
    }

    /**
     * Objects in a message that can be read belong to the secure world. Returns the counts, null if they make no sense.
     */
    private int[] giveInputs(ByteBuffer message) {
        if (message.capacity() < 12 || message.getInt(8) >>> 16 != 0) {
            return null;
        }
        int counts = message.getInt(8);
        int[] arguments = {counts & 0xf, counts >>> 4 & 0xf, counts >>> 8 & 0xf, counts >>> 12 & 0xf};
        int buffers = arguments[0] + arguments[1];
        if (12 + 8 * (buffers + arguments[2] + arguments[3]) > message.capacity()) {
            return null;
        }
        for (int i = 0; i < arguments[2]; i++) {
            give(message.getInt(12 + 8 * (buffers + i)));
        }
        return arguments;
    }

    private void give(int id) {
        if (id < 0 && id != PRIMORDIAL) {
            given.merge(id, 1, Integer::sum);
        }
    }

    private static void requireUnchanged(ByteBuffer message, byte[] sent) {
        for (int i = 0; i < sent.length; i++) {
            if (message.get(i) != sent[i]) {
                throw new AssertionError("byte " + i + " of a message that failed was written");
            }
        }
    }

    private static void requireOnlyOutputsChanged(ByteBuffer message, byte[] sent, int[] arguments) {
        ByteBuffer before = ByteBuffer.wrap(sent).order(message.order());
        boolean[] mayChange = new boolean[sent.length];
        for (int i = 0; i < arguments[1]; i++) {
            int at = 12 + 8 * (arguments[0] + i);
            int offset = before.getInt(at);
            java.util.Arrays.fill(mayChange, at + 4, at + 8, true);
            java.util.Arrays.fill(mayChange, offset, offset + before.getInt(at + 4), true);
            if (Integer.compareUnsigned(message.getInt(at + 4), before.getInt(at + 4)) > 0) {
                throw new AssertionError("output " + i + " grew to " + message.getInt(at + 4));
            }
        }
        int first = 12 + 8 * (arguments[0] + arguments[1] + arguments[2]);
        java.util.Arrays.fill(mayChange, first, first + 8 * arguments[3], true);
        for (int i = 0; i < sent.length; i++) {
            if (!mayChange[i] && message.get(i) != sent[i]) {
                throw new AssertionError("byte " + i + " of a message, outside of its outputs, was written");
            }
        }
    }

    private void takeOutputs(ByteBuffer message, int[] arguments) {
        int first = arguments[0] + arguments[1] + arguments[2];
        for (int i = 0; i < arguments[3]; i++) {
            int id = message.getInt(12 + 8 * (first + i));
            if (id > 1) {
                held.add(id);
            }
        }
    }

    // ---- Callbacks.

    private void serve(ByteBuffer request) {
        int counts = request.getInt(12);
        int inputs = counts & 0xf;
        int buffers = inputs + (counts >>> 4 & 0xf);
        int objects = counts >>> 8 & 0xf;
        int end = 16 + 8 * (buffers + objects + (counts >>> 12 & 0xf));
        for (int i = 0; i < buffers; i++) {
            end = Math.max(end, request.getInt(16 + 8 * i) + request.getInt(20 + 8 * i) + 7 & ~7);
        }
        for (int i = 0; i < objects; i++) {
            int id = request.getInt(16 + 8 * (buffers + i));
            if (id > 1) {
                held.add(id);
            }
        }
        takeReleases(request, end);
        int manner = input.u8();
        int result = (manner & 0x0f) == 0x0f ? input.number() : 0;
        failedACallback |= result != 0;
        request.putInt(0, result);
        for (int i = inputs; i < buffers; i++) {
            output(request, 16 + 8 * i);
        }
        boolean isMapping = request.getInt(4) == PRIMORDIAL && (manner & 0x10) == 0;
        if (isMapping && buffers - inputs == 1) {
            map(request, 16 + 8 * inputs);
        }
        for (int i = buffers + objects; i < buffers + objects + (counts >>> 12 & 0xf); i++) {
            int id = isMapping ? newId() : name();
            request.putInt(16 + 8 * i, id);
            if (result == 0) {
                give(id);
            }
        }
    }

    private void output(ByteBuffer request, int argument) {
        int manner = input.u8();
        int offset = request.getInt(argument);
        int size = request.getInt(argument + 4);
        request.put(offset, input.bytes(Math.min(size, manner >>> 3)));
        switch (manner & 7) {
            case 4 -> request.putInt(argument + 4, Math.min(size, manner >>> 3));
            case 5 -> request.putInt(argument + 4, input.number());
            case 6 -> request.putInt(argument, input.number());
            default -> {
                // It stays as it is.
            }
        }
    }

    private void map(ByteBuffer request, int argument) {
        int at = request.getInt(argument);
        int manner = input.u8();
        if (at >= 16 && at <= OUTBOUND - 20) {
            request.putLong(at, shared.address() + ((manner & 1) == 0 ? 0 : input.number()));
            request.putLong(at + 8, (manner & 2) == 0 ? shared.size() : input.number());
            request.putInt(at + 16, (manner & 4) == 0 ? 6 : input.number());
        }
    }

    private void takeReleases(ByteBuffer buffer, int start) {
        int at = start;
        while (at + 12 <= OUTBOUND && buffer.getInt(at) == VERSION && buffer.getInt(at + 4) == RELEASE) {
            int count = buffer.getInt(at + 8);
            for (int i = 0; i < count; i++) {
                released.merge(buffer.getInt(at + 12 + 4 * i), 1, Integer::sum);
            }
            at += 12 + 4 * count + 7 & ~7;
        }
    }

    // ---- The end.

    /** Releases all that is held; then nobody holds anything any more. */
    void end() throws TeeException {
        while (!held.isEmpty()) {
            requireResult(0, plain(held.remove(held.size() - 1), RELEASE), "release");
        }
        while (emulator.pendingReleases() > 0) {
            plain(1, 0x7fff);
        }
        requireResult(0, emulator.liveObjects(), "objects that are left");
        if (!given.equals(released)) {
            throw new AssertionError("given were " + given + ", released " + released);
        }
        shared.release();
        requireResult(0, memory.inUse(), "regions in use");
    }

    /** An invocation without arguments. */
    private int plain(int target, int op) throws TeeException {
        MemoryRegion inbound = memory.acquire(16);
        MemoryRegion outbound = memory.acquire(OUTBOUND);
        inbound.buffer().putInt(0, target).putInt(4, op).putInt(8, 0);
        outbound.buffer().put(0, new byte[OUTBOUND]);
        Transport call = new Transport(inbound, outbound);
        emulator.invoke(call);
        takeReleases(outbound.buffer(), 0);
        inbound.release();
        outbound.release();
        return call.result;
    }

    private static void requireResult(int expected, int actual, String what) {
        if (expected != actual) {
            throw new AssertionError(what + ": " + actual);
        }
    }

    private final class Transport implements SecureCall {

        private final MemoryRegion inbound;
        private final MemoryRegion outbound;
        private int result;

        private Transport(MemoryRegion inbound, MemoryRegion outbound) {
            this.inbound = inbound;
            this.outbound = outbound;
        }

        @Override
        public long inboundAddress() {
            return inbound.address();
        }

        @Override
        public int inboundSize() {
            return inbound.size();
        }

        @Override
        public long outboundAddress() {
            return outbound.address();
        }

        @Override
        public int outboundSize() {
            return outbound.size();
        }

        @Override
        public void respond(int finalResult, int type) {
            result = finalResult;
        }

        @Override
        public void serveCallback() {
            serve(outbound.buffer());
        }
    }
}
