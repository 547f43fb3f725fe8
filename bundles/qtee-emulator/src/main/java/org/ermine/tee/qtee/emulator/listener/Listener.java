// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.listener;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.NormalObject;

/**
 * A registered listener: a callback object of the normal world, and the memory that messages to it stand in. One
 * request at a time owns the memory; the others wait, and let the normal world run meanwhile. Thread safe.
 */
final class Listener {

    private static final int OP_REQUEST = 0;
    private static final int OP_WAIT = 1;
    /** Offsets of the four memory objects that a message may refer to. */
    private static final int OFFSETS_SIZE = 4 * Integer.BYTES;

    private static final int IS_64_SIZE = Integer.BYTES;
    private static final int OP_YIELD = 1;
    private static final int OP_SLEEP = 2;
    private static final long PATIENCE_MILLIS = 20;
    /** Never written. */
    private static final byte[] ZEROS = new byte[4096];

    private final int id;
    private final NormalObject callback;
    /** Null if the listener was registered without memory. */
    private final MappedMemory memory;
    /** Bytes of {@link #memory}. */
    private final int room;

    private final NormalWorld world;
    private final Domain domain;
    private final long waitMillis;
    /** Whoever has the permit owns the memory. It is never given back once the listener was closed and freed. */
    private final Semaphore turn = new Semaphore(1, true);

    private volatile boolean closed;

    /** Owns {@code callback} and {@code memory} from now on. */
    Listener(int id, NormalObject callback, MappedMemory memory, NormalWorld world, Domain domain, long waitMillis) {
        this.id = id;
        this.callback = callback;
        this.memory = memory;
        this.room = memory == null ? 0 : memory.buffer().capacity();
        this.world = world;
        this.domain = domain;
        this.waitMillis = waitMillis;
    }

    /**
     * Asks the listener with {@code message}, from 0 to its limit.
     *
     * @param answer bytes of the answer to overwrite the message with
     * @param caller the domain that asks; once it ended, a request of it that still waits is not sent: its successor
     *     may be at work
     * @return false if the registration ended while the request waited: the listener has not served it, and will not
     */
    boolean request(ByteBuffer message, int answer, Domain caller) throws TeeException {
        int size = message.limit();
        Objects.checkFromToIndex(0, answer, message.capacity());
        if (size > room || answer > room) {
            throw new TeeException(
                    TeeResult.SIZE_IN,
                    "listener " + id + ": " + Math.max(size, answer) + " bytes do not fit into its " + room);
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        if (!takeTurn(deadline)) {
            return false;
        }
        try {
            if (caller.hasEnded()) {
                throw new TeeException(TeeResult.DEFUNCT, caller + " was unloaded");
            }
            return exchange(message, answer, deadline);
        } finally {
            turn.release();
            freeIfClosed();
        }
    }

    /** The registration ended. A request in progress may finish; then callback object and memory are given back. */
    void close() {
        closed = true;
        freeIfClosed();
    }

    private boolean exchange(ByteBuffer message, int answer, long deadline) throws TeeException {
        boolean answered = ask(message, answer, deadline);
        if (answered && answer > 0) {
            message.duplicate().clear().put(0, memory.buffer(), 0, answer);
        }
        return answered;
    }

    /**
     * A listener that says it is busy is asked to wait until it is not, and then asked again. What it was busy with may
     * be a request whose client has left, and may have been answered into the memory meanwhile: the message is put
     * there each time.
     */
    private boolean ask(ByteBuffer message, int answer, long deadline) throws TeeException {
        int pause = 1;
        while (!closed) {
            try {
                if (memory != null) {
                    putMessage(message, answer);
                }
                sendRequest();
                return true;
            } catch (TeeException e) {
                if (!e.result().equals(TeeResult.BUSY) || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
            }
            callback.invoke(OP_WAIT, new Arguments());
            sleep(pause);
            pause = Math.min(2 * pause, 64);
        }
        return false;
    }

    /** Where the answer may be longer than the message, it must not show what stood there for somebody else. */
    private void putMessage(ByteBuffer message, int answer) {
        ByteBuffer shared = memory.buffer();
        shared.put(0, message, 0, message.limit());
        for (int i = message.limit(); i < answer; i += ZEROS.length) {
            shared.put(i, ZEROS, 0, Math.min(ZEROS.length, answer - i));
        }
    }

    /** Lets the normal world run. */
    void sleep(int millis) throws TeeException {
        world.callBack(TransportFormat.PRIMORDIAL_ID, OP_SLEEP, new Arguments().in(littleEndian(millis)), domain);
    }

    private void sendRequest() throws TeeException {
        Arguments arguments = new Arguments()
                .out(new byte[OFFSETS_SIZE])
                .out(new byte[IS_64_SIZE])
                .outObject()
                .outObject()
                .outObject()
                .outObject();
        callback.invoke(OP_REQUEST, arguments);
        for (int i = 2; i < arguments.count(); i++) {
            if (arguments.object(i) instanceof NormalObject unwanted) {
                unwanted.close();
            }
        }
    }

    /** False if the registration ended. */
    private boolean takeTurn(long deadline) throws TeeException {
        try {
            while (!turn.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (closed) {
                    return false;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new TeeException(
                            TeeResult.BUSY,
                            "listener " + id + " was busy for " + waitMillis + " ms (option listenerWaitMillis of "
                                    + EmulatorConfiguration.PID + ")");
                }
                world.callBack(TransportFormat.PRIMORDIAL_ID, OP_YIELD, new Arguments(), domain);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeeException(TeeResult.ABORT, "interrupted while listener " + id + " was busy");
        }
    }

    private void freeIfClosed() {
        if (closed && turn.tryAcquire()) {
            callback.close();
            if (memory != null) {
                memory.close();
            }
        }
    }

    private static byte[] littleEndian(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }
}
