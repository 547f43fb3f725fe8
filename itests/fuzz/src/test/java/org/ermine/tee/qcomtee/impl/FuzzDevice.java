// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.GuardedMemory;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * The backend between guarded memory and a secure world that does what a fuzzer chose. It lives from one run to the
 * next, so that what a run leaves behind would grow; after each run all accounts have to be even.
 */
final class FuzzDevice {

    /** The operation of the target. */
    static final int OP = 0x2a;

    private static final int OP_TAKE = 0x2b;
    private static final int OP_GOOD = 0x2c;
    private static final int ANSWER = 0x600d;

    /** A device that has lost so many calls makes room for another, with the memory that it keeps. */
    private static final int MOST_ABANDONED = 100;

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final DeviceLimits LIMITS =
            new DeviceLimits(HOUR, 0, 0, 200, 60, 0, 3, HOUR, Long.MAX_VALUE, 200, Long.MAX_VALUE, Long.MAX_VALUE, 4);

    /** One run: two contexts, of which QTEE holds a callback object and a memory object each. */
    @FunctionalInterface
    interface Run {
        void run(FuzzDevice device, FuzzClient client) throws TeeException, InterruptedException;
    }

    private static FuzzDevice usable;

    private final GuardedMemory memory = new GuardedMemory();
    private final FuzzedWorld world = new FuzzedWorld(memory);
    private final QcomTee tee;

    private FuzzDevice() {
        tee = new QcomTee("fuzz", world, memory, LIMITS);
        tee.start();
    }

    FuzzedWorld world() {
        return world;
    }

    /**
     * Carries out a run, and proves that nothing is left of it and that the device is as good as before.
     *
     * @param manner bit 0: whether callbacks leave the secure world by returning
     */
    static void run(int manner, FuzzClient.Supplicant supplicant, Run run) throws TeeException, InterruptedException {
        FuzzDevice device = usable == null ? new FuzzDevice() : usable;
        // A run that finds something leaves a device behind that nobody should use.
        usable = null;
        device.start((manner & 1) != 0, supplicant, run);
        if (device.tee.abandonedCalls() < MOST_ABANDONED) {
            usable = device;
        }
    }

    private void start(boolean returning, FuzzClient.Supplicant supplicant, Run run)
            throws TeeException, InterruptedException {
        world.begin(returning);
        FuzzClient client = new FuzzClient("client", world, tee, supplicant);
        FuzzClient other = new FuzzClient("other client", world, tee, supplicant);
        hand(client);
        hand(other);
        run.run(this, client);
        Thread.interrupted();
        requireGoodInvocation(client);
        settle(client, other);
    }

    /** Gives QTEE an object and memory. */
    private void hand(FuzzClient client) throws TeeException {
        world.script(stay -> false);
        TeeParams params = new TeeParams(2);
        params.add().object(TeeParam.Type.OBJREF_INPUT, 1, TeeParam.FLAG_USER);
        params.add().object(TeeParam.Type.OBJREF_INPUT, client.add(memory.allocate(64)), TeeParam.FLAG_MEM);
        requireEqual(0, client.invoke(DriverContext.NULL, OP_TAKE, params), "result");
    }

    private void requireGoodInvocation(FuzzClient client) throws TeeException {
        world.script(stay -> {
            stay.inbound().putInt(stay.inbound().capacity() - 8, ANSWER);
            return false;
        });
        byte[] answer = new byte[4];
        TeeParams params = new TeeParams(1);
        params.add().buffer(TeeParam.Type.UBUF_OUTPUT, answer, 0, answer.length);
        requireEqual(0, client.invoke(DriverContext.NULL, OP_GOOD, params), "result of a good invocation");
        requireEqual(ANSWER & 0xff, answer[0] & 0xff, "answer to a good invocation");
    }

    private void settle(FuzzClient client, FuzzClient other) throws TeeException, InterruptedException {
        requireEqual(world.model().heldIds(), tee.transport().exports().clear(), "ids that QTEE holds");
        client.close();
        other.close();
        if (!tee.releases().awaitEmpty(TimeUnit.SECONDS.toNanos(5))) {
            throw new AssertionError(tee.pendingReleases() + " releases are pending");
        }
        Map<Integer, Integer> released = new TreeMap<>(world.released());
        requireEqual(new TreeMap<>(world.model().handedOut()), released, "releases of QTEE's objects");
        // QTEE keeps both message buffers of a call that was lost while it awaited an answer.
        requireEqual(tee.transport().quarantine().buffers(), memory.inUse(), "regions in use");
    }

    private static void requireEqual(Object expected, Object actual, String what) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": " + actual + ", not " + expected);
        }
    }
}
