// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.fakes.FakeTeeObject;

/** A QTEE that registers listeners, and nothing else. Guarded by itself. */
public final class FakeQtee implements TeeDevice {

    private static final CallbackObject CREDENTIALS = (op, arguments) -> {};

    /** Listener id to size of its memory. */
    private final Map<Integer, Long> listeners = new TreeMap<>();

    private final Map<Integer, CallbackObject> callbacks = new TreeMap<>();
    /** What the next registrations answer instead of OK. */
    private final Deque<TeeException> refusals = new ArrayDeque<>();

    private TeeException refusal;
    private TeeException clientRefusal;
    private int limit = Integer.MAX_VALUE;
    private long memory = Long.MAX_VALUE;
    private int clients;
    private int unclosed;
    private int attempts;
    private Memory newest;
    private int losses;

    public synchronized String listeners() {
        return listeners.toString();
    }

    public synchronized CallbackObject callback(int id) {
        return callbacks.get(id);
    }

    public synchronized void refuse(TeeException... answers) {
        refusals.addAll(List.of(answers));
    }

    /** Refuses all registrations until told otherwise by null. */
    public synchronized void refuseAll(TeeException answer) {
        refusal = answer;
    }

    /** Refuses all clients until told otherwise by null. */
    public synchronized void refuseClients(TeeException answer) {
        clientRefusal = answer;
    }

    /** How many listeners there is room for. */
    public synchronized void limit(int most) {
        limit = most;
    }

    /** How many bytes of shared memory there are. */
    public synchronized void memory(long bytes) {
        memory = bytes;
    }

    /** Closes the memory of so many registrations under them, as the end of their context does. */
    public synchronized void loseMemory(int registrations) {
        losses = registrations;
    }

    private synchronized Memory lost() {
        return losses > 0 && losses-- > 0 ? newest : null;
    }

    private synchronized void take(long bytes) throws TeeException {
        if (bytes > memory) {
            throw new TeeException(Errno.ENOMEM, bytes + " bytes asked for, " + memory + " are there");
        }
        memory -= bytes;
    }

    private synchronized void giveBack(long bytes) {
        memory += bytes;
    }

    /** How often somebody tried to register as a client, which each attempt to register a listener begins with. */
    public synchronized int clients() {
        return clients;
    }

    private synchronized void registerClient() throws TeeException {
        clients++;
        if (clientRefusal != null) {
            throw clientRefusal;
        }
    }

    public synchronized int count() {
        return listeners.size();
    }

    public synchronized int attempts() {
        return attempts;
    }

    /** Objects, memories and contexts that were not closed. */
    public synchronized int unclosed() {
        return unclosed;
    }

    public synchronized void count(int change) {
        unclosed += change;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public TeeVersion version() {
        return new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "");
    }

    @Override
    public synchronized TeeContext open() {
        unclosed++;
        return new Context();
    }

    private synchronized void register(Registry registry, Arguments arguments) throws TeeException {
        attempts++;
        if (refusal != null) {
            throw refusal;
        }
        if (!refusals.isEmpty()) {
            throw refusals.remove();
        }
        int id = ByteBuffer.wrap(ArgumentAccess.array(arguments, 0))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        if (listeners.containsKey(id)) {
            throw new TeeException(TeeResult.of(12), "id in use");
        }
        if (listeners.size() >= limit) {
            throw new TeeException(TeeResult.of(10), "no room, as object " + attempts + " says");
        }
        listeners.put(id, ((SharedMemory) arguments.object(2)).size());
        callbacks.put(id, (CallbackObject) arguments.object(1));
        registry.id = id;
    }

    private synchronized void unregister(Integer id) {
        if (id != null) {
            listeners.remove(id);
            callbacks.remove(id);
        }
    }

    private final class Context implements TeeContext {

        private boolean closed;

        @Override
        public TeeDevice device() {
            return FakeQtee.this;
        }

        @Override
        public TeeObject root() {
            return new FakeTeeObject((op, arguments) -> {
                expect(op == 2 && arguments.object(0) == CREDENTIALS, "registerAsClient");
                registerClient();
                ArgumentAccess.returned(arguments, 1, new Environment());
            });
        }

        @Override
        public CallbackObject credentials() {
            return CREDENTIALS;
        }

        @Override
        public CallbackObject callback(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SharedMemory allocate(long size) throws TeeException {
            long pages = (size + 4095) / 4096 * 4096;
            take(pages);
            Memory memory = new Memory(pages);
            synchronized (FakeQtee.this) {
                newest = memory;
            }
            return memory;
        }

        @Override
        public SharedMemory register(ByteBuffer direct) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            count(-1);
        }
    }

    private final class Environment extends CountedObject {
        @Override
        public void invoke(int op, Arguments arguments) throws TeeException {
            int uid = ByteBuffer.wrap(ArgumentAccess.array(arguments, 0))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            expect(op == 0 && uid == 87, "open the registry of listeners");
            Memory lost = lost();
            if (lost != null) {
                lost.close();
            }
            ArgumentAccess.returned(arguments, 1, new Registry());
        }
    }

    private final class Registry extends CountedObject {
        private Integer id;

        @Override
        public void invoke(int op, Arguments arguments) throws TeeException {
            expect(op == 0, "register");
            register(this, arguments);
        }

        @Override
        void ended() {
            unregister(id);
        }
    }

    private static void expect(boolean condition, String what) throws TeeException {
        if (!condition) {
            throw new TeeException(Errno.EINVAL, "expected: " + what);
        }
    }

    private abstract class CountedObject extends FakeTeeObject {
        private boolean closed;

        CountedObject() {
            count(1);
        }

        void ended() {}

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                count(-1);
                ended();
            }
        }
    }

    private final class Memory implements SharedMemory {
        private final ByteBuffer bytes;
        private boolean closed;

        Memory(long size) {
            bytes = ByteBuffer.allocateDirect((int) size);
            count(1);
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public long size() {
            return bytes.capacity();
        }

        @Override
        public synchronized ByteBuffer buffer() {
            if (closed) {
                throw new IllegalStateException("the memory is closed");
            }
            return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                count(-1);
                giveBack(bytes.capacity());
            }
        }
    }
}
