// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.backing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that goes at once when it is freed: shared arenas of {@code java.lang.foreign}, which Java has from version 22
 * on. Whoever still has a view of it gets an IllegalStateException from then on, and never touches what is somebody
 * else's. Called by method handles, as Ermine is compiled for older versions too. Thread safe, without locks.
 */
final class ClosableMemory {

    private static final int FIRST_VERSION = 22;

    private final MethodHandle open;
    private final MethodHandle allocate;
    private final MethodHandle view;
    private final MethodHandle close;
    /** All that are open, so that none outlives the memory manager. */
    private final Set<Piece> pieces = ConcurrentHashMap.newKeySet();
    /** Those that were freed while a system call read or wrote them; they are freed once it has ended. */
    private final Set<Piece> inSystemCalls = ConcurrentHashMap.newKeySet();

    private final AtomicLong lateBytes = new AtomicLong();

    /** Memory, and how it is freed. */
    final class Piece {

        private final AutoCloseable arena;
        private final ByteBuffer buffer;

        private Piece(AutoCloseable arena, ByteBuffer buffer) {
            this.arena = arena;
            this.buffer = buffer;
        }

        ByteBuffer buffer() {
            return buffer;
        }

        /** Frees the memory; to call it again does no harm. */
        void free() {
            freeLate();
            if (pieces.remove(this) && !tryClose()) {
                lateBytes.addAndGet(buffer.capacity());
                inSystemCalls.add(this);
            }
        }

        private boolean tryClose() {
            try {
                close.invoke(arena);
                return true;
            } catch (IllegalStateException e) {
                // A system call still uses the memory.
                return false;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
    }

    private ClosableMemory(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        open = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
        allocate = lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class));
        view = lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
        close = lookup.findVirtual(arena, "close", MethodType.methodType(void.class));
    }

    /** Empty where Java has none. */
    static Optional<ClosableMemory> find() {
        if (Runtime.version().feature() < FIRST_VERSION) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ClosableMemory(MethodHandles.publicLookup()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " has java.lang.foreign", e);
        }
    }

    /** Zeroes, at the beginning of a page. */
    Piece allocate(int size) {
        freeLate();
        AutoCloseable arena = null;
        Piece piece = null;
        try {
            arena = (AutoCloseable) open.invoke();
            piece = new Piece(arena, (ByteBuffer) view.invoke(allocate.invoke(arena, (long) size, (long) Pages.SIZE)));
            pieces.add(piece);
            return piece;
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            if (piece == null && arena != null) {
                new Piece(arena, ByteBuffer.allocate(0)).tryClose();
            }
        }
    }

    /** Bytes that were freed, but that a system call still has in its hands. */
    long uncollected() {
        freeLate();
        return lateBytes.get();
    }

    /** Frees everything, also what somebody holds. */
    void freeAll() {
        pieces.forEach(Piece::free);
    }

    private void freeLate() {
        for (Piece piece : inSystemCalls) {
            if (inSystemCalls.remove(piece)) {
                if (piece.tryClose()) {
                    lateBytes.addAndGet(-piece.buffer.capacity());
                } else {
                    inSystemCalls.add(piece);
                }
            }
        }
    }

    private static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(thrown);
    }
}
