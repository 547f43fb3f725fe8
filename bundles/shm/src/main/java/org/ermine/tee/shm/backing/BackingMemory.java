// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.backing;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where memory comes from and how it goes back to the JVM. Large memory objects go back at once where Java can do that.
 * Message buffers do not, as they are used again and again and a view that can be closed costs at each access; nor do
 * small memory objects, as closing one makes all threads of the JVM take note. These are what {@code
 * -XX:MaxDirectMemorySize} bounds, and they are counted from when they are given back until a garbage collection frees
 * them. Thread safe, without locks.
 */
public final class BackingMemory {

    /** Memory objects of so many bytes or more go back at once. */
    static final int LARGE = 256 << 10;

    private final CollectedMemory collected = new CollectedMemory();
    private final Optional<ClosableMemory> closable = ClosableMemory.find();

    /**
     * Memory of a memory object.
     *
     * @param free gives it back, to be called once
     */
    public record Piece(ByteBuffer buffer, Runnable free) {}

    /** For a message buffer; {@link #release} gives it back. */
    public ByteBuffer allocateBuffer(int size) {
        return collected.allocate(size);
    }

    /** @param buffer from {@link #allocateBuffer}, itself and no view of it */
    public void release(ByteBuffer buffer) {
        collected.release(buffer);
    }

    public Piece allocateObject(int size) {
        if (size >= LARGE && closable.isPresent()) {
            ClosableMemory.Piece piece = closable.get().allocate(size);
            return new Piece(piece.buffer(), piece::free);
        }
        ByteBuffer buffer = collected.allocate(size);
        return new Piece(buffer, () -> collected.release(buffer));
    }

    /** Bytes that were given back, and that the JVM still has. */
    public long uncollected() {
        return collected.uncollected()
                + closable.map(ClosableMemory::uncollected).orElse(0L);
    }

    /** Frees what can be, also what somebody holds. */
    public void close() {
        closable.ifPresent(ClosableMemory::freeAll);
    }
}
