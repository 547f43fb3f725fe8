// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.RequestQueue;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/** The backend between real shared memory and a scripted secure world. */
final class TestDevice {

    /** The first name that QTEE gets for an object of the normal world. */
    static final int FIRST_EXPORT = 0x80000001;

    private static final int OP_NEW_OBJECT = 0x100;
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(50);

    final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(64 << 20, 1 << 20));
    final SecureWorld world;
    final QcomTee tee;
    /** What the log is told. */
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private final List<Client> clients = new ArrayList<>();

    TestDevice() {
        this(SecureWorld.Mode.NESTED);
    }

    TestDevice(SecureWorld.Mode mode) {
        this(mode, limits(TimeUnit.SECONDS.toNanos(20)));
    }

    TestDevice(SecureWorld.Mode mode, DeviceLimits limits) {
        world = new SecureWorld(memory, mode);
        tee = new QcomTee("test", world, memory, limits, new RepeatLog(lines::add));
        tee.start();
    }

    /** Small limits, so that tests can reach them. */
    static DeviceLimits limits(long callbackNanos) {
        return new DeviceLimits(
                callbackNanos,
                10_000,
                100,
                1000,
                100,
                TimeUnit.SECONDS.toNanos(2),
                3,
                GRACE,
                64 << 10,
                1000,
                8 << 20,
                100_000,
                4);
    }

    Client open() throws TeeException {
        return openFor("client " + clients.size());
    }

    Client openFor(String owner) throws TeeException {
        Client client = new Client(owner);
        clients.add(client);
        return client;
    }

    /**
     * Ends everything, and proves that nothing is left: no reference on a context, no object that QTEE holds, no
     * release, no memory in use but what QTEE did not give back.
     */
    void close() throws InterruptedException {
        clients.forEach(Client::close);
        releaseAll();
        for (Client client : clients) {
            assertEquals(0, client.host.references(), "references on the context of " + client.host.owner());
        }
        tee.close();
        assertEquals(
                tee.transport().quarantine().buffers(), memory.statistics().buffersInUse, "message buffers in use");
        memory.close();
    }

    /** Waits until QTEE was told of all releases. */
    void releaseAll() throws InterruptedException {
        if (!tee.releases().awaitEmpty(TimeUnit.SECONDS.toNanos(10))) {
            throw new AssertionError(tee.pendingReleases() + " releases are pending");
        }
    }

    /** QTEE releases everything that it holds. */
    int releaseExports() {
        return tee.transport().exports().clear();
    }

    /** A context and who owns it. */
    final class Client {

        final TestHost host;
        final QcomContext context;
        private boolean closed;

        private Client(String owner) throws TeeException {
            host = new TestHost(owner);
            context = (QcomContext) tee.open(host);
            host.context = context;
        }

        RequestQueue requests() {
            return context.objects().requests();
        }

        int invoke(long object, int op, TeeParams params) throws TeeException {
            return context.invoke(object, op, params, Long.MAX_VALUE);
        }

        /** Invokes the root object. */
        int invoke(int op, TeeParams params) throws TeeException {
            return invoke(DriverContext.NULL, op, params);
        }

        /** The id of an object that QTEE returned under this name. */
        long newObject(int name) throws TeeException {
            world.on(OP_NEW_OBJECT, stay -> stay.argument(0, 0, name));
            TeeParams params = new Params().objectOut().build();
            assertEquals(0, invoke(OP_NEW_OBJECT, params));
            return params.get(0).objectId();
        }

        /** Hands a callback object to QTEE and returns the name under which QTEE knows it. */
        int export(long object) throws TeeException {
            int[] name = new int[1];
            world.on(OP_NEW_OBJECT + 1, stay -> name[0] = stay.argument(0, 0));
            assertEquals(0, invoke(OP_NEW_OBJECT + 1, new Params().user(object).build()));
            return name[0];
        }

        /** Invokes the root object on another thread; on return the request of its callback is queued. */
        Background<Integer> call(int op) throws InterruptedException {
            Background<Integer> invocation = Background.start(() -> invoke(op, Params.none()));
            awaitQueued();
            return invocation;
        }

        /** Waits until a request is announced that nobody has waited for. */
        void awaitQueued() throws InterruptedException {
            if (!host.queued.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no request was announced in 10 seconds");
            }
        }

        /** A request that is there or comes within 10 seconds. */
        SupplicantRequest receive() throws TeeException, InterruptedException {
            SupplicantRequest request = new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND);
            if (!context.receive(request, TimeUnit.SECONDS.toNanos(10))) {
                throw new AssertionError("no request in 10 seconds");
            }
            return request;
        }

        /** A request that is there already, or null. */
        SupplicantRequest poll() throws TeeException, InterruptedException {
            SupplicantRequest request = new SupplicantRequest(TeeParams.MAX, Wire.OUTBOUND);
            return context.receive(request, 0) ? request : null;
        }

        /** Receives and answers everything that is queued; returns how many releases were among it. */
        int drain() throws TeeException, InterruptedException {
            int releases = 0;
            for (SupplicantRequest next = poll(); next != null; next = poll()) {
                if (next.isRelease()) {
                    releases++;
                } else {
                    context.send(next.id(), 1, next.params());
                }
            }
            return releases;
        }

        /** The owner goes. QTEE may still hold objects of it. */
        void close() {
            if (!closed) {
                closed = true;
                context.closeContext();
                host.release();
            }
        }
    }

    static byte[] bytes(ByteBuffer buffer, int offset, int size) {
        byte[] bytes = new byte[size];
        buffer.get(offset, bytes);
        return bytes;
    }
}
