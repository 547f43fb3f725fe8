// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.argument.IncomingObjects;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.export.SharedMemoryObject;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.request.ClientWait;
import org.ermine.tee.spi.MemoryRegion;

/**
 * The object of the normal world that QTEE always has: through it, QTEE maps memory and gives the processor back. Runs
 * on the thread of the invocation.
 */
public final class PrimordialObject {

    static final int OP_MAP_REGION = 0;
    public static final int OP_YIELD = 1;
    static final int OP_SLEEP = 2;

    /** u64 address, u64 length, u32 permissions, packed. */
    private static final int MAPPING_SIZE = 20;

    private static final int PERMISSION_WRITE = 2;
    private static final int PERMISSION_READ = 4;

    private final DeviceLimits limits;
    private final ClientWait wait;

    PrimordialObject(DeviceLimits limits, ClientWait wait) {
        this.limits = limits;
        this.wait = wait;
    }

    /**
     * @param caller the context whose invocation this belongs to
     * @return 0 or a negative errno
     */
    int dispatch(CallingContext caller, CallbackMessage message, IncomingObjects inputs, OutgoingObjects outputs) {
        return switch (message.op()) {
            case OP_MAP_REGION -> map(message, inputs, outputs);
            case OP_YIELD -> yieldProcessor(caller, message);
            case OP_SLEEP -> sleep(caller, message);
            default -> -Errno.EINVAL.number();
        };
    }

    /**
     * The mapping is the memory object itself under a further id; releasing that id unmaps. QTEE maps what it holds, of
     * whichever context, on the thread that is inside: memory that another client brought, or that a callback object
     * returned.
     */
    private int map(CallbackMessage message, IncomingObjects inputs, OutgoingObjects outputs) {
        if (!message.hasCounts(0, 1, 1, 1)
                || message.outputSize(0) < MAPPING_SIZE
                || !(inputs.hosted(0) instanceof SharedMemoryObject memory)
                || !memory.tryRetain()) {
            return -Errno.EINVAL.number();
        }
        try {
            outputs.add(memory);
        } catch (TeeException e) {
            return -Errno.ENOSPC.number();
        }
        MemoryRegion region = memory.region();
        ByteBuffer buffer = message.buffer();
        int at = message.outputOffset(0);
        buffer.putLong(at, region.address());
        buffer.putLong(at + 8, region.size());
        buffer.putInt(at + 16, PERMISSION_READ | PERMISSION_WRITE);
        message.outputSize(0, MAPPING_SIZE);
        return 0;
    }

    /** QTEE waits for something else to happen first. */
    private static int yieldProcessor(CallingContext caller, CallbackMessage message) {
        caller.host().blocked();
        Thread.yield();
        message.clearOutputs();
        return 0;
    }

    /** QTEE chooses how long, within the limit; an interrupt ends it early, as does the client's time. */
    private int sleep(CallingContext caller, CallbackMessage message) {
        if (!message.hasCounts(1, 0, 0, 0) || message.inputSize(0) < Integer.BYTES) {
            return -Errno.EINVAL.number();
        }
        caller.host().blocked();
        long millis = Math.min(Integer.toUnsignedLong(message.readInputInt(0)), limits.sleepMillis());
        if (millis > 0) {
            sleep(TimeUnit.MILLISECONDS.toNanos(millis));
        }
        message.clearOutputs();
        return 0;
    }

    private void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (left > 0 && wait.reasonToLeave() == null) {
            wait.sleep(this, Math.min(left, wait.remaining()));
            left = end - System.nanoTime();
        }
    }
}
