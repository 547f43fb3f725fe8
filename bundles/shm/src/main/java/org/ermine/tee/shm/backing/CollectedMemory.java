// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.backing;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that the JVM's garbage collector frees, some time after it was dropped. What was dropped is counted for as
 * long as it is still there. Thread safe, without locks.
 */
final class CollectedMemory {

    /** Keeps a reference as long as its memory is there. */
    private final Set<Dropped> dropped = ConcurrentHashMap.newKeySet();

    private final ReferenceQueue<ByteBuffer> collected = new ReferenceQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    /** Memory that nobody is given any more, but of which somebody may have a view. */
    static final class Dropped extends PhantomReference<ByteBuffer> {

        private final long bytes;

        private Dropped(ByteBuffer memory, ReferenceQueue<ByteBuffer> collected) {
            super(memory, collected);
            bytes = memory.capacity();
        }
    }

    ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size);
    }

    /** @param memory from {@link #allocate}, itself and no view of it */
    void release(ByteBuffer memory) {
        Dropped gone = new Dropped(memory, collected);
        bytes.addAndGet(gone.bytes);
        dropped.add(gone);
        takeNoteOfCollected();
    }

    /** Bytes that were dropped and that the JVM has not freed yet, as far as it has told. */
    long uncollected() {
        takeNoteOfCollected();
        return bytes.get();
    }

    /** What was dropped and is still counted. */
    Set<Dropped> dropped() {
        return dropped;
    }

    private void takeNoteOfCollected() {
        for (Object gone = collected.poll(); gone != null; gone = collected.poll()) {
            Dropped freed = (Dropped) gone;
            dropped.remove(freed);
            bytes.addAndGet(-freed.bytes);
        }
    }
}
