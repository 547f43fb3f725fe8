// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * Stands between the two worlds, and when asked keeps releases from QTEE until it has refused something with a certain
 * result.
 */
final class LateReleases implements SecureChannel {

    private static final int RELEASE = 0xffff;
    private static final int OP_OFFSET = 4;

    private final SecureChannel channel;
    private final PhysicalMemory memory;
    private final int awaited;
    private final CountDownLatch refused = new CountDownLatch(1);
    private volatile boolean keeping;

    LateReleases(SecureChannel channel, PhysicalMemory memory, int awaited) {
        this.channel = channel;
        this.memory = memory;
        this.awaited = awaited;
    }

    /** Releases are kept from now on until the refusal. */
    void keep() {
        keeping = true;
    }

    boolean hasRefused() {
        return refused.getCount() == 0;
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        if (keeping && isRelease(call)) {
            awaitRefusal();
        }
        channel.invoke(watched(call));
    }

    private SecureCall watched(SecureCall call) {
        return (SecureCall) Proxy.newProxyInstance(
                LateReleases.class.getClassLoader(), new Class<?>[] {SecureCall.class}, (proxy, method, arguments) -> {
                    if (keeping && method.getName().equals("respond") && arguments[0].equals(awaited)) {
                        refused.countDown();
                    }
                    try {
                        return method.invoke(call, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        channel.callbackResponse(call);
    }

    private boolean isRelease(SecureCall call) {
        int op = memory.resolve(call.inboundAddress(), call.inboundSize())
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(PhysicalMemory.index(call.inboundAddress()) + OP_OFFSET);
        return (op & 0xffff) == RELEASE;
    }

    private void awaitRefusal() throws TeeException {
        try {
            if (!refused.await(20, TimeUnit.SECONDS)) {
                throw new TeeException(TeeResult.ABORT, "nothing was refused with " + awaited);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeeException(TeeResult.ABORT, "interrupted");
        }
    }
}
