// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.call.TestMemory;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.trusted.TrustedService;

/** The normal world for tests: builds and reads transport messages by hand, hosts callback and memory objects. */
public final class TestDriver {

    static final int ROOT = 1;
    static final int PRIMORDIAL = 0x8000_0000;
    static final int OK = 0;
    static final int RELEASE = 0xffff;

    /** An argument: one of the four kinds. */
    record Arg(int kind, byte[] data, int value) {}

    /** What an invocation returned. */
    record Reply(int result, List<byte[]> buffers, List<Integer> objects) {
        int object() {
            return objects.get(0);
        }

        byte[] buffer() {
            return buffers.get(0);
        }
    }

    /** A request of the secure world; outputs are set in place. */
    record Request(
            int op, List<byte[]> inputs, int[] roomSizes, int[] objects, byte[][] outputs, int[] outputObjects) {}

    interface Callback {
        int handle(Request request);
    }

    final TestMemory memory = new TestMemory();
    final List<Integer> released = new CopyOnWriteArrayList<>();
    final AtomicInteger yields = new AtomicInteger();
    final AtomicInteger sleeps = new AtomicInteger();
    final Emulator emulator;

    private final AtomicInteger nextId = new AtomicInteger(PRIMORDIAL + 1);
    private final Map<Integer, Callback> callbacks = new ConcurrentHashMap<>();
    private final Map<Integer, long[]> memoryObjects = new ConcurrentHashMap<>();
    private int permissions = 6;

    TestDriver(Path directory) throws IOException {
        this(directory, EmulatorSettings.defaults());
    }

    TestDriver(Path directory, EmulatorSettings settings) throws IOException {
        emulator = new Emulator(memory, directory.resolve("secure"), settings);
    }

    /** A memory object with this content. */
    int exportMemory(byte[] content) {
        long address = memory.allocate(content.length);
        memory.buffer(address).put(0, content);
        return exportMemory(address, content.length);
    }

    /** Adds a trusted service, registers a client and opens it. */
    int openNew(int uid, TrustedService service) throws TeeException {
        emulator.addService(uid, service, Map.of());
        return open(register(1000), uid);
    }

    static Arg in(byte[] data) {
        return new Arg(0, data, 0);
    }

    static Arg in(int... numbers) {
        return in(le(numbers));
    }

    static Arg out(int size) {
        return new Arg(1, null, size);
    }

    static Arg object(int id) {
        return new Arg(2, null, id);
    }

    static Arg outObject() {
        return new Arg(3, null, 0);
    }

    static byte[] le(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return bytes.array();
    }

    static int int32(byte[] data) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** Exports a callback object: a new id, as for each message that names it. */
    int export(Callback callback) {
        int id = nextId.getAndIncrement();
        callbacks.put(id, callback);
        return id;
    }

    int exportMemory(long address, int size) {
        int id = nextId.getAndIncrement();
        memoryObjects.put(id, new long[] {address, size});
        return id;
    }

    void mapWith(int permissions) {
        this.permissions = permissions;
    }

    boolean holds(int id) {
        return callbacks.containsKey(id) || memoryObjects.containsKey(id);
    }

    int exported() {
        return callbacks.size() + memoryObjects.size();
    }

    Reply invoke(int id, int op, Arg... args) throws TeeException {
        TestCall call = new TestCall(memory, 1 << 20);
        try {
            call.server = () -> serve(call.outbound);
            write(call.inbound, id, op, args);
            emulator.invoke(call);
            Reply reply = read(call.inbound, call.result, args);
            async(call.outbound, 0);
            return reply;
        } finally {
            call.free();
        }
    }

    /** Invokes and expects OK. */
    Reply ok(int id, int op, Arg... args) throws TeeException {
        Reply reply = invoke(id, op, args);
        if (reply.result() != OK) {
            throw new AssertionError("operation " + op + " of object " + id + " answered " + reply.result());
        }
        return reply;
    }

    int result(int id, int op, Arg... args) throws TeeException {
        return invoke(id, op, args).result();
    }

    void release(int id) throws TeeException {
        ok(id, RELEASE);
    }

    /** Invokes an operation without arguments from within a callback. */
    int nested(int id, int op) {
        try {
            return result(id, op);
        } catch (TeeException e) {
            throw new AssertionError(e);
        }
    }

    /** Invokes operation 0, which has an output of 4 bytes, from within a callback. */
    int nestedOut(int id) {
        try {
            return result(id, 0, out(4));
        } catch (TeeException e) {
            throw new AssertionError(e);
        }
    }

    /** Registers a client with uid and package name. */
    int register(int uid) throws TeeException {
        byte[] cbor = {(byte) 0xa1, 1, 0x1a, (byte) (uid >>> 24), (byte) (uid >>> 16), (byte) (uid >>> 8), (byte) uid};
        return ok(ROOT, 2, object(export(io(cbor))), outObject()).object();
    }

    int open(int environment, int uid) throws TeeException {
        return ok(environment, 0, in(uid), outObject()).object();
    }

    static Callback io(byte[] content) {
        return request -> {
            if (request.op() == 0) {
                request.outputs()[0] = ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(content.length)
                        .array();
            } else {
                int from = int32(request.inputs().get(0));
                int size = Math.min(content.length - from, request.roomSizes()[0]);
                request.outputs()[0] = java.util.Arrays.copyOfRange(content, from, from + size);
            }
            return OK;
        };
    }

    static int write(ByteBuffer message, int id, int op, Arg... args) {
        int counts = 0;
        for (Arg arg : args) {
            counts += 1 << 4 * arg.kind();
        }
        message.putInt(0, id).putInt(4, op).putInt(8, counts);
        int at = 12;
        int payload = 12 + 8 * args.length + 7 & ~7;
        for (int kind = 0; kind < 4; kind++) {
            for (Arg arg : args) {
                if (arg.kind() == kind) {
                    if (kind < 2) {
                        int size = kind == 0 ? arg.data().length : arg.value();
                        message.putInt(at, payload).putInt(at + 4, size);
                        if (kind == 0) {
                            message.put(payload, arg.data());
                        }
                        payload += size + 7 & ~7;
                    } else {
                        message.putInt(at, arg.value());
                    }
                    at += 8;
                }
            }
        }
        return payload;
    }

    private static Reply read(ByteBuffer message, int result, Arg... args) {
        Reply reply = new Reply(result, new ArrayList<>(), new ArrayList<>());
        int at = 12;
        for (int kind = 0; kind < 4; kind++) {
            for (Arg arg : args) {
                if (arg.kind() == kind) {
                    if (kind == 1) {
                        byte[] data = new byte[message.getInt(at + 4)];
                        message.get(message.getInt(at), data);
                        reply.buffers().add(data);
                    } else if (kind == 3) {
                        reply.objects().add(message.getInt(at));
                    }
                    at += 8;
                }
            }
        }
        return reply;
    }

    /** Serves the request in the outbound buffer: async messages first, then the callback. */
    void serve(ByteBuffer message) {
        int counts = message.getInt(12);
        int[] of = {counts & 15, counts >> 4 & 15, counts >> 8 & 15, counts >> 12 & 15};
        int end = 16 + 8 * (of[0] + of[1] + of[2] + of[3]);
        for (int i = 0; i < of[0] + of[1]; i++) {
            end = Math.max(end, message.getInt(16 + 8 * i) + message.getInt(20 + 8 * i) + 7 & ~7);
        }
        async(message, end);
        Request request = new Request(
                message.getInt(8),
                new ArrayList<>(),
                new int[of[1]],
                new int[of[2]],
                new byte[of[1]][],
                new int[of[3]]);
        for (int i = 0; i < of[0]; i++) {
            byte[] data = new byte[message.getInt(20 + 8 * i)];
            message.get(message.getInt(16 + 8 * i), data);
            request.inputs().add(data);
        }
        for (int i = 0; i < of[1]; i++) {
            request.roomSizes()[i] = message.getInt(20 + 8 * (of[0] + i));
        }
        for (int i = 0; i < of[2]; i++) {
            request.objects()[i] = message.getInt(16 + 8 * (of[0] + of[1] + i));
        }
        message.putInt(0, dispatch(message.getInt(4), request));
        for (int i = 0; i < of[1]; i++) {
            int at = 16 + 8 * (of[0] + i);
            byte[] data = request.outputs()[i] == null ? new byte[0] : request.outputs()[i];
            message.put(message.getInt(at), data, 0, Math.min(data.length, request.roomSizes()[i]));
            message.putInt(at + 4, data.length);
        }
        for (int i = 0; i < of[3]; i++) {
            message.putInt(16 + 8 * (of[0] + of[1] + of[2] + i), request.outputObjects()[i]);
        }
    }

    private int dispatch(int id, Request request) {
        if (id == PRIMORDIAL) {
            return primordial(request);
        }
        Callback callback = callbacks.get(id);
        return callback == null ? -96 : callback.handle(request);
    }

    private int primordial(Request request) {
        switch (request.op()) {
            case 0 -> {
                long[] region = memoryObjects.get(request.objects()[0]);
                if (region == null) {
                    return -96;
                }
                request.outputs()[0] = ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(region[0])
                        .putLong(region[1])
                        .putInt(permissions)
                        .array();
                request.outputObjects()[0] = export(mapping -> 2);
            }
            case 1 -> yields.incrementAndGet();
            case 2 -> sleeps.incrementAndGet();
            default -> {
                return 2;
            }
        }
        return OK;
    }

    /** Takes the async messages from {@code at} on, and clears the tail. */
    void async(ByteBuffer message, int at) {
        int from = at;
        while (from + 12 <= message.capacity() && message.getInt(from) == 0x0001_0002) {
            if (message.getInt(from + 4) != RELEASE) {
                throw new AssertionError("async operation " + message.getInt(from + 4));
            }
            int count = message.getInt(from + 8);
            for (int i = 0; i < count; i++) {
                int id = message.getInt(from + 12 + 4 * i);
                released.add(id);
                callbacks.remove(id);
                memoryObjects.remove(id);
            }
            from += 12 + 4 * count + 7 & ~7;
        }
        for (int i = at; i < message.capacity(); i++) {
            message.put(i, (byte) 0);
        }
    }
}
