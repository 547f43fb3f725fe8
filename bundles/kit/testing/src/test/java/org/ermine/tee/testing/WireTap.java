// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * Stands between the two worlds and reads each message with code of its own, by the published format alone. It follows
 * which object has which public interface from how one comes by it; messages to all others are left out. Thread safe.
 */
final class WireTap implements SecureChannel {

    private static final int CLIENT_ENVIRONMENT_ROOT = 1;
    private static final int PRIMORDIAL = 0x80000000;
    private static final Map<Integer, String> BY_UID = Map.of(
            3, "IAppLoader",
            87, "IRegisterListenerCBO",
            143, "IDiagnostics",
            268, "IRegisterTABufCBO",
            2033, "FeatureVersions");

    private final SecureChannel channel;
    private final PhysicalMemory memory;
    /** Interfaces of objects by their ids. Guarded by this. */
    private final Map<Integer, String> interfaces = new HashMap<>();
    /** Guarded by this. */
    private final List<Message> messages = new ArrayList<>();

    WireTap(SecureChannel channel, PhysicalMemory memory) {
        this.channel = channel;
        this.memory = memory;
        interfaces.put(CLIENT_ENVIRONMENT_ROOT, "IClientEnv");
        interfaces.put(PRIMORDIAL, "Primordial");
    }

    /** A request and its answer. */
    record Message(
            String interfaceName,
            int op,
            int counts,
            List<byte[]> inputs,
            List<byte[]> rooms,
            int result,
            List<byte[]> outputs) {

        @Override
        public String toString() {
            return interfaceName + " op " + op + " counts " + Integer.toHexString(counts) + " inputs " + hex(inputs)
                    + " rooms " + rooms.stream().map(room -> room.length).toList() + " result " + result + " outputs "
                    + hex(outputs);
        }

        private static List<String> hex(List<byte[]> buffers) {
            return buffers.stream().map(HexFormat.of()::formatHex).toList();
        }
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        Tapped tapped = new Tapped(call);
        Wire request = new Wire(buffer(call.inboundAddress(), call.inboundSize()), 0, 12);
        asked(request);
        channel.invoke(tapped);
        answered(request, tapped.result);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        channel.callbackResponse(call);
    }

    private ByteBuffer buffer(long address, int size) {
        return memory.resolve(address, size)
                .slice(PhysicalMemory.index(address), size)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Callback objects have the interface that the operation asks for which they are passed to. */
    private synchronized void asked(Wire request) {
        String callback = switch (interfaces.getOrDefault(request.target, "") + "." + request.op) {
            case "IClientEnv.2", "IClientEnv.3" -> "IIO";
            case "IClientEnv.5" -> "ICredentials";
            case "IRegisterListenerCBO.0" -> "IListenerCBO";
            case "IRegisterTABufCBO.0" -> "IRequestTABuffer";
            default -> null;
        };
        if (callback != null && request.count(2) > 0) {
            interfaces.put(request.object(2, 0), callback);
        }
    }

    private synchronized void answered(Wire request, int result) {
        String type = interfaces.get(request.target);
        if (type == null || request.op > 0x7fff) {
            return;
        }
        messages.add(new Message(
                type, request.op, request.counts, request.inputs, request.rooms, result, request.outputs()));
        if (result == 0 && request.count(3) > 0) {
            String returned = returned(type, request);
            if (returned == null) {
                interfaces.remove(request.object(3, 0));
            } else {
                interfaces.put(request.object(3, 0), returned);
            }
        }
    }

    private static String returned(String type, Wire request) {
        if (type.equals("IAppLoader")) {
            return "IAppController";
        }
        if (!type.equals("IClientEnv")) {
            return null;
        }
        return request.op == 0
                ? BY_UID.get(ByteBuffer.wrap(request.inputs.get(0))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt())
                : "IClientEnv";
    }

    /**
     * A message in shared memory: direct ones have a header of 12 bytes, callbacks one of 16, which starts with the
     * result.
     */
    private static final class Wire {

        final int target;
        final int op;
        final int counts;
        final List<byte[]> inputs = new ArrayList<>();
        final List<byte[]> rooms = new ArrayList<>();
        private final ByteBuffer buffer;
        private final int header;

        Wire(ByteBuffer buffer, int start, int header) {
            this.buffer = buffer;
            this.header = header;
            target = buffer.getInt(start);
            op = buffer.getInt(start + 4) & 0xffff;
            counts = buffer.getInt(start + 8);
            for (int i = 0; i < count(0); i++) {
                inputs.add(bytes(0, i));
            }
            for (int i = 0; i < count(1); i++) {
                rooms.add(new byte[buffer.getInt(argument(1, i) + 4)]);
            }
        }

        int count(int kind) {
            return counts >>> 4 * kind & 0xf;
        }

        int object(int kind, int index) {
            return buffer.getInt(argument(kind, index));
        }

        /** The bytes as they stand there now. */
        List<byte[]> outputs() {
            List<byte[]> outputs = new ArrayList<>();
            for (int i = 0; i < count(1); i++) {
                outputs.add(bytes(1, i));
            }
            return outputs;
        }

        private byte[] bytes(int kind, int index) {
            int at = argument(kind, index);
            byte[] bytes = new byte[buffer.getInt(at + 4)];
            buffer.get(buffer.getInt(at), bytes);
            return bytes;
        }

        private int argument(int kind, int index) {
            int before = 0;
            for (int k = 0; k < kind; k++) {
                before += count(k);
            }
            return header + 8 * (before + index);
        }
    }

    /** Sees the callbacks of a call, and its result. */
    private final class Tapped implements SecureCall {

        private final SecureCall call;
        private volatile int result;

        Tapped(SecureCall call) {
            this.call = call;
        }

        @Override
        public void serveCallback() {
            ByteBuffer outbound = buffer(call.outboundAddress(), call.outboundSize());
            Wire request = new Wire(outbound, 4, 16);
            call.serveCallback();
            answered(request, outbound.getInt(0));
        }

        @Override
        public void respond(int answer, int type) {
            result = answer;
            call.respond(answer, type);
        }

        @Override
        public void outboundUsed(int end) {
            call.outboundUsed(end);
        }

        @Override
        public long inboundAddress() {
            return call.inboundAddress();
        }

        @Override
        public int inboundSize() {
            return call.inboundSize();
        }

        @Override
        public long outboundAddress() {
            return call.outboundAddress();
        }

        @Override
        public int outboundSize() {
            return call.outboundSize();
        }
    }
}
