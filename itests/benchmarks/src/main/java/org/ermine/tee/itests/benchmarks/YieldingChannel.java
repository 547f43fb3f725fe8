// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * Another secure channel with a call back of its own before each invocation: it asks the driver for a sleep of no time.
 * That is the shortest request that is served on the calling thread, by an object that the driver hosts.
 */
public final class YieldingChannel implements SecureChannel {

    private static final int PRIMORDIAL = 0x8000_0000;
    private static final int OP_SLEEP = 2;
    private static final int ONE_INPUT = 1;
    private static final int PAYLOAD = 24;
    private static final int END = 32;

    private final SecureChannel channel;
    private final PhysicalMemory memory;

    public YieldingChannel(SecureChannel channel, PhysicalMemory memory) {
        this.channel = channel;
        this.memory = memory;
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        ByteBuffer outbound = memory.resolve(call.outboundAddress(), call.outboundSize());
        int at = PhysicalMemory.index(call.outboundAddress());
        outbound.putInt(at, 0)
                .putInt(at + 4, PRIMORDIAL)
                .putInt(at + 8, OP_SLEEP)
                .putInt(at + 12, ONE_INPUT);
        outbound.putInt(at + 16, PAYLOAD).putInt(at + 20, Integer.BYTES).putInt(at + PAYLOAD, 0);
        call.serveCallback();
        if (outbound.getInt(at) != 0) {
            throw new IllegalStateException("the driver answered " + outbound.getInt(at));
        }
        for (int i = at; i < at + END; i += Long.BYTES) {
            outbound.putLong(i, 0);
        }
        channel.invoke(call);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        channel.callbackResponse(call);
    }
}
