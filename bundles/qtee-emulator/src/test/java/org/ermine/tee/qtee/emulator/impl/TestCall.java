// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.qtee.emulator.call.TestMemory;
import org.ermine.tee.spi.SecureCall;

/** A call with buffers of its own, which may be used for one invocation after the other. */
final class TestCall implements SecureCall {

    static final int OUTBOUND_SIZE = 4096;

    final ByteBuffer inbound;
    final ByteBuffer outbound;
    int result;
    int type;
    /** What serves callbacks; null if there must be none. */
    Runnable server;

    private final TestMemory memory;
    private final long inboundAddress;
    private final long outboundAddress;
    private final int inboundSize;

    TestCall(TestMemory memory, int inboundSize) {
        this.memory = memory;
        this.inboundSize = inboundSize;
        inboundAddress = memory.allocate(inboundSize);
        outboundAddress = memory.allocate(OUTBOUND_SIZE);
        inbound = memory.buffer(inboundAddress);
        outbound = memory.buffer(outboundAddress);
    }

    void free() {
        memory.free(inboundAddress);
        memory.free(outboundAddress);
    }

    @Override
    public long inboundAddress() {
        return inboundAddress;
    }

    @Override
    public int inboundSize() {
        return inboundSize;
    }

    @Override
    public long outboundAddress() {
        return outboundAddress;
    }

    @Override
    public int outboundSize() {
        return OUTBOUND_SIZE;
    }

    @Override
    public void respond(int result, int type) {
        this.result = result;
        this.type = type;
    }

    @Override
    public void serveCallback() {
        if (server == null) {
            throw new AssertionError("no callback was expected");
        }
        server.run();
    }
}
