// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AllocationTest {

    private static final int INVOCATIONS = 20_000;

    /** A secure world that does nothing, without garbage. */
    private static final class NoWorld implements SecureChannel {
        @Override
        public void invoke(SecureCall call) {
            call.respond(0, 0);
        }

        @Override
        public void callbackResponse(SecureCall call) {
            throw new AssertionError("there was no callback");
        }
    }

    @Test
    @DisplayName("A direct invocation with 64 bytes in and 64 bytes out allocates nothing")
    void directInvocation() throws Exception {
        PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(1 << 20, 1 << 16));
        QcomTee tee = new QcomTee("test", new NoWorld(), memory, TestDevice.limits(1));
        TestHost host = new TestHost("test");
        host.context = tee.open(host);
        TeeParams params = new Params().in(new byte[64]).out(64).build();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
        invoke(host.context, params, INVOCATIONS);
        long least = Long.MAX_VALUE;
        // The least of some rounds, since the compiler or the measurement itself may disturb one of them.
        for (int round = 0; round < 10 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            invoke(host.context, params, INVOCATIONS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < INVOCATIONS, least + " bytes for " + INVOCATIONS + " invocations");
        host.context.closeContext();
        host.release();
        tee.close();
        assertEquals(0, memory.statistics().buffersInUse);
    }

    private static void invoke(DriverContext context, TeeParams params, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            context.invoke(DriverContext.NULL, 0x2a, params, Long.MAX_VALUE);
        }
    }
}
