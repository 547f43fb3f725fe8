// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.shm.limit.SharedMemoryConfig;

/**
 * Who has how much of the memory objects: bytes that were allocated, and objects. Keeps an owner within its share, and
 * all together out of what is reserved for message buffers. Thread-safe, without locks.
 */
public final class MemoryShares {

    private final OwnerShares bytes;
    private final OwnerShares objects;
    /** Bytes of all memory objects that were allocated; raised only while it stays within {@code most}. */
    private final AtomicLong allocated = new AtomicLong();

    private volatile long most;

    public MemoryShares(MemoryLimits limits) {
        most = limits.objects();
        bytes = new OwnerShares(
                "bytes of shared memory", limits.ownerBytes(), "ownerSharePercent of " + SharedMemoryConfig.PID);
        objects = new OwnerShares("memory objects", limits.ownerObjects(), "ownerObjects of " + SharedMemoryConfig.PID);
    }

    /** What is taken beyond a new limit stays. */
    public void configure(MemoryLimits limits) {
        most = limits.objects();
        bytes.most(limits.ownerBytes());
        objects.most(limits.ownerObjects());
    }

    /**
     * Takes one object of so many bytes.
     *
     * @param size 0 if the memory is somebody else's
     * @throws TeeException ENOMEM if that is more than the owner's share, or than all may have together
     */
    public Taken take(String owner, long size) throws TeeException {
        OwnerShares.Share ofObjects = objects.enter(owner);
        if (!ofObjects.tryTake(1)) {
            ofObjects.leave();
            throw new TeeException(Errno.ENOMEM, "one more memory object asked for: " + ofObjects.refusal());
        }
        OwnerShares.Share ofBytes = bytes.enter(owner);
        Taken taken = new Taken(ofObjects, ofBytes, size);
        if (!ofBytes.tryTake(size)) {
            taken.leave();
            throw new TeeException(Errno.ENOMEM, size + " bytes of shared memory asked for: " + ofBytes.refusal());
        }
        if (!takeOfAll(size)) {
            ofBytes.giveBack(size);
            taken.leave();
            throw new TeeException(Errno.ENOMEM, refusal(size));
        }
        return taken;
    }

    private boolean takeOfAll(long size) {
        long before;
        do {
            before = allocated.get();
            if (size > most - before) {
                return false;
            }
        } while (!allocated.compareAndSet(before, before + size));
        return true;
    }

    private String refusal(long size) {
        return size + " bytes of shared memory asked for, but memory objects have " + allocated.get() + " of " + most
                + " bytes, the limit without the reserve for messages (options limitMiB and messageReservePercent of "
                + SharedMemoryConfig.PID + ")" + bytes.largest();
    }

    /** What one object took; to be given back once. */
    public final class Taken {

        private final OwnerShares.Share ofObjects;
        private final OwnerShares.Share ofBytes;
        private final long size;

        private Taken(OwnerShares.Share ofObjects, OwnerShares.Share ofBytes, long size) {
            this.ofObjects = ofObjects;
            this.ofBytes = ofBytes;
            this.size = size;
        }

        public void giveBack() {
            allocated.addAndGet(-size);
            ofBytes.giveBack(size);
            leave();
        }

        private void leave() {
            ofBytes.leave();
            ofObjects.giveBack(1);
            ofObjects.leave();
        }
    }
}
