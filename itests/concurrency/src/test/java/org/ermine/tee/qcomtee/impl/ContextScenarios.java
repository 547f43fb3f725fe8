// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.concurrency.AnnouncingHost;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeParams;

/** Invocations of an object from the context to the secure channel, while the object or its context ends. */
final class ContextScenarios {

    private static final int OBJECT = 0x41;
    private static final int OP = 3;
    private static final long LONG = 1L << 60;

    private ContextScenarios() {}

    /** A client releases an object that two others invoke. */
    record InvokeBesideRelease() implements Runnable {
        @Override
        public void run() {
            World world = new World();
            together(world::invoke, world::invoke, () -> world.invoke(Wire.OP_RELEASE));
            world.requireReleasedOnce();
        }
    }

    /** A context is closed while an object of it is invoked. */
    record InvokeBesideClose() implements Runnable {
        @Override
        public void run() {
            World world = new World();
            together(world::invoke, world.context::closeContext);
            world.requireReleasedOnce();
        }
    }

    /** The memory manager asks buffers back while they are used, or are not any more. */
    record InvokeBesideShortage() implements Runnable {
        @Override
        public void run() {
            World world = new World();
            world.invoke();
            together(world::invoke, world.memory::askBack);
            world.memory.askBack();
            require(world.memory.held == 0, "a buffer is left");
        }
    }

    /** One object of QTEE's in one context. */
    private static final class World implements SecureChannel {

        final Memory memory = new Memory();
        final QcomContext context;
        private final QcomTee tee;
        private final long id;

        /** The device is never started: released objects wait. */
        World() {
            DeviceLimits limits = new DeviceLimits(LONG, 0, 1, 10, 10, 1, 1, LONG, LONG, LONG, LONG, LONG, 4);
            tee = new QcomTee("test", this, memory, limits);
            context = tee.context(new AnnouncingHost(), 2);
            try {
                id = context.objects()
                        .table()
                        .add(tee.transport().secureObjects().take(OBJECT, false));
            } catch (TeeException e) {
                throw new IllegalStateException(e);
            }
        }

        void invoke() {
            invoke(OP);
        }

        void invoke(int op) {
            try {
                context.invoke(id, op, new TeeParams(0), LONG);
            } catch (TeeException gone) {
                // It came too late.
            }
        }

        void requireReleasedOnce() {
            require(tee.pendingReleases() == 1, "released " + tee.pendingReleases() + " times");
        }

        @Override
        public void invoke(SecureCall call) {
            require(tee.pendingReleases() == 0, "released while in use");
            require(memory.held > 0, "no buffer while in use");
            call.respond(0, 0);
        }

        @Override
        public void callbackResponse(SecureCall call) {
            throw new UnsupportedOperationException();
        }
    }

    /** Counts its buffers; all share their bytes, which do not matter here. */
    private static final class Memory implements SharedMemoryManager {

        private static final ByteBuffer BYTES =
                ByteBuffer.allocate(2 * Wire.OUTBOUND).order(ByteOrder.LITTLE_ENDIAN);

        private volatile int held;
        private final Map<MemoryRegion, Keeper> kept = new ConcurrentHashMap<>();

        @Override
        public MemoryRegion acquire(int size) {
            change(1);
            return new Buffer(this);
        }

        @Override
        public MemoryRegion acquire(int size, Keeper keeper) {
            MemoryRegion region = acquire(size);
            kept.put(region, keeper);
            return region;
        }

        private synchronized void change(int by) {
            held += by;
            require(held >= 0, "a buffer is given back twice");
        }

        void askBack() {
            kept.forEach((region, keeper) -> keeper.giveUp(region));
        }

        @Override
        public MemoryRegion allocate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemoryRegion register(ByteBuffer direct) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void contribute(RuntimeDTO runtime) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Buffer implements MemoryRegion {

        private final Memory memory;

        Buffer(Memory memory) {
            this.memory = memory;
        }

        @Override
        public long id() {
            return 0;
        }

        @Override
        public long address() {
            return 1L << Integer.SIZE;
        }

        @Override
        public int size() {
            return Memory.BYTES.capacity();
        }

        @Override
        public ByteBuffer buffer() {
            return Memory.BYTES;
        }

        @Override
        public boolean retain() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            memory.change(-1);
        }
    }
}
