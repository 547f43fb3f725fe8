// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.MessageView;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * A secure world that does what a test says: for each operation a list of steps on the raw buffers, the first one when
 * it is invoked, the next one when its callback is answered. Keeps the names of the objects that it is told to release.
 */
final class SecureWorld implements SecureChannel {

    /**
     * One stay in the secure world. It ends with a callback if the step asks for one, otherwise with a final result.
     */
    @FunctionalInterface
    interface Step {
        void run(Stay stay) throws TeeException;
    }

    /** How callbacks get out of the secure world. */
    enum Mode {
        /** By {@link SecureCall#serveCallback}, on the stack. */
        NESTED,
        /** By returning with {@link SecureCall#CALLBACK}. */
        RETURNING
    }

    private final MessageView messages;
    private final Mode mode;
    private final Map<Integer, List<Step>> scripts = new ConcurrentHashMap<>();
    private final Map<SecureCall, Stay> stays = new ConcurrentHashMap<>();
    private final BlockingQueue<Integer> released = new LinkedBlockingQueue<>();

    private final Map<Integer, String> endlessReleases = new ConcurrentHashMap<>();

    /** What happens on a release, besides that it is noted. */
    volatile Step onRelease = stay -> {};

    SecureWorld(PhysicalMemory memory, Mode mode) {
        messages = new MessageView(memory);
        this.mode = mode;
    }

    /** What operation {@code op} does, on any object. */
    void on(int op, Step... steps) {
        scripts.put(op, List.of(steps));
    }

    /** What operation {@code op} does again and again, on any object. */
    void onForever(int op, Step step) {
        scripts.put(op, Collections.nCopies(Integer.MAX_VALUE, step));
    }

    /** The release of object {@code name} calls back with this message, again and again, on the stack. */
    void onReleaseForever(int name, String callback) {
        endlessReleases.put(name, callback);
    }

    /** The next object that the normal world released. */
    int nextRelease() throws InterruptedException {
        Integer name = released.poll(10, TimeUnit.SECONDS);
        if (name == null) {
            throw new AssertionError("no release in 10 seconds");
        }
        return name;
    }

    /** Releases that nobody has asked for by {@link #nextRelease}. */
    List<Integer> otherReleases() {
        return List.copyOf(released);
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        Stay stay = new Stay(call);
        if (stay.op() == Wire.OP_RELEASE) {
            String callback = endlessReleases.get(stay.target());
            while (callback != null) {
                stay.callback(callback);
                call.serveCallback();
            }
            stay.next(onRelease);
            released.add(stay.target());
            call.respond(stay.result, 0);
            return;
        }
        stay.steps = scripts.getOrDefault(stay.op(), List.of(s -> s.finish(1)));
        stays.put(call, stay);
        goOn(stay);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        goOn(stays.get(call));
    }

    private void goOn(Stay stay) throws TeeException {
        boolean callback = stay.next();
        while (callback && mode == Mode.NESTED) {
            stay.call.serveCallback();
            callback = stay.next();
        }
        if (callback) {
            stay.call.respond(0, SecureCall.CALLBACK);
        } else {
            stays.remove(stay.call);
            stay.call.respond(stay.result, 0);
        }
    }

    /** The secure world's view of one call. */
    final class Stay {

        private final SecureCall call;
        private List<Step> steps = List.of();
        private int position;
        private int result;
        private boolean callback;

        private Stay(SecureCall call) {
            this.call = call;
        }

        /** What a channel tells that knows how far the secure world wrote. */
        void tellOutboundUsed(int end) {
            call.outboundUsed(end);
        }

        private boolean next() throws TeeException {
            return next(steps.get(position++));
        }

        private boolean next(Step step) throws TeeException {
            callback = false;
            step.run(this);
            return callback;
        }

        /** The direct message, from its first to its last byte. */
        ByteBuffer inbound() {
            return messages.inbound(call);
        }

        ByteBuffer outbound() {
            return messages.outbound(call);
        }

        /** Where the buffers lie. */
        List<Long> addresses() {
            return List.of(call.inboundAddress(), call.outboundAddress());
        }

        int target() {
            return inbound().getInt(0);
        }

        int op() {
            return inbound().getInt(4);
        }

        /** Word {@code word} of argument {@code index} of the direct message. */
        int argument(int index, int word) {
            return inbound().getInt(12 + 8 * index + 4 * word);
        }

        void argument(int index, int word, int value) {
            inbound().putInt(12 + 8 * index + 4 * word, value);
        }

        /** The result of the callback that was served last. */
        int callbackResult() {
            return outbound().getInt(0);
        }

        /** Puts bytes into the outbound buffer. */
        void write(int at, String hex) {
            outbound().put(at, Hex.bytes(hex));
        }

        /** Makes this stay end with the callback that stands in the outbound buffer. */
        void callback() {
            callback = true;
        }

        /** Makes this stay end with a callback of these bytes, the rest of the buffer being zero. */
        void callback(String hex) {
            clear();
            write(0, hex);
            callback();
        }

        /** Makes this stay end with a callback without arguments. */
        void callback(int target, int op) {
            clear();
            outbound().putInt(4, target).putInt(8, op);
            callback();
        }

        void clear() {
            outbound().put(0, new byte[Wire.OUTBOUND]);
        }

        void finish(int finalResult) {
            result = finalResult;
        }
    }
}
