// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;

/**
 * The message buffers of calls, as the secure world sees them.
 *
 * @param memory in which they are
 */
public record MessageView(PhysicalMemory memory) {

    public ByteBuffer inbound(SecureCall call) {
        return buffer(call.inboundAddress(), call.inboundSize());
    }

    public ByteBuffer outbound(SecureCall call) {
        return buffer(call.outboundAddress(), call.outboundSize());
    }

    private ByteBuffer buffer(long address, int size) {
        return memory.resolve(address, size)
                .slice(PhysicalMemory.index(address), size)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
