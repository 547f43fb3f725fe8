// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * Stands in front of the driver and of the secure world, where the interfaces between the bundles are, and strikes who
 * comes by. The supplicant's own invocations, by which it registers listeners, and the driver's are spared. Thread
 * safe.
 */
final class FaultInjector {

    private final Runnable supplicant;
    private final String spared;
    private final PhysicalMemory memory;
    private final List<Injection> injections = new CopyOnWriteArrayList<>();
    /** Whether the calling thread carries out an invocation of a client. */
    private final ThreadLocal<Boolean> invoking = ThreadLocal.withInitial(() -> false);

    /**
     * @param supplicant stops the supplicant
     * @param spared the owner of contexts that no fault strikes
     */
    FaultInjector(Runnable supplicant, String spared, PhysicalMemory memory) {
        this.supplicant = supplicant;
        this.spared = spared;
        this.memory = memory;
    }

    void add(Injection injection) {
        Point point = injection.point();
        if (injection.fault().effect() == Fault.Effect.HOSTILE_ANSWER
                && point != Point.IN_SECURE_WORLD
                && point != Point.RESPONSE_SUBMITTED) {
            throw new IllegalArgumentException("nobody answers at " + point + ", so no answer can be hostile");
        }
        injections.add(injection);
    }

    void clear() {
        injections.forEach(Injection::close);
        injections.clear();
    }

    /**
     * Does what is to be done at a point.
     *
     * @return the fault that has an effect on the step there, or null
     */
    private Fault strike(Point point) {
        Fault effective = null;
        for (Injection injection : injections) {
            if (injection.point() == point && injection.claim()) {
                injection.strike();
                run(injection);
                effective = injection.fault().effect() == Fault.Effect.NONE ? effective : injection.fault();
            }
        }
        return effective;
    }

    private void run(Injection injection) {
        try {
            injection.fault().deed().run(supplicant, injection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isSkipped(Fault fault) {
        return fault != null && fault.effect() == Fault.Effect.DROP;
    }

    private static boolean isHostile(Fault fault) {
        return fault != null && fault.effect() == Fault.Effect.HOSTILE_ANSWER;
    }

    private static TeeException notReached(Point point) {
        return new TeeException(Errno.ENODEV, "dropped at " + point + ": the TEE was not reached");
    }

    TeeDriver inFrontOf(TeeDriver driver) {
        return new Driver(driver);
    }

    SecureChannel inFrontOf(SecureChannel channel) {
        return new Channel(channel);
    }

    private final class Driver implements TeeDriver {

        private final TeeDriver driver;

        Driver(TeeDriver driver) {
            this.driver = driver;
        }

        @Override
        public TeeVersion version() {
            return driver.version();
        }

        @Override
        public DriverContext open(ContextHost host) throws TeeException {
            boolean client = !host.owner().startsWith(spared + " ");
            return new Context(driver.open(new Host(host)), client);
        }

        @Override
        public HazardSlots slots() {
            return driver.slots();
        }

        @Override
        public int pendingReleases() {
            return driver.pendingReleases();
        }

        @Override
        public int abandonedCalls() {
            return driver.abandonedCalls();
        }
    }

    /** {@link Point#REQUEST_QUEUED}. */
    private final class Host implements ContextHost {

        private final ContextHost host;

        Host(ContextHost host) {
            this.host = host;
        }

        @Override
        public void requestQueued() {
            if (!isSkipped(strike(Point.REQUEST_QUEUED))) {
                host.requestQueued();
            }
        }

        @Override
        public void retain() {
            host.retain();
        }

        @Override
        public void release() {
            host.release();
        }

        @Override
        public void awaiting() {
            host.awaiting();
        }

        @Override
        public long graceLeft() {
            return host.graceLeft();
        }

        @Override
        public void blocked() {
            host.blocked();
        }

        @Override
        public MemoryRegion memory(long id) {
            return host.memory(id);
        }

        @Override
        public void requireService(String uid) throws TeeException {
            host.requireService(uid);
        }

        @Override
        public void requireIdentity(long credentials) throws TeeException {
            host.requireIdentity(credentials);
        }

        @Override
        public String owner() {
            return host.owner();
        }
    }

    /** What a fault strikes before. */
    @FunctionalInterface
    private interface Step {
        int take() throws TeeException;
    }

    /** {@link Point#BEFORE_MARSHALLING}, {@link Point#PROCESSING} and {@link Point#RESPONSE_SUBMITTED}. */
    private final class Context implements DriverContext {

        private final DriverContext context;
        private final boolean client;

        Context(DriverContext context, boolean client) {
            this.context = context;
            this.client = client;
        }

        @Override
        public int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
            return carryOut(() -> context.invoke(object, op, params, callbackNanos));
        }

        @Override
        public int invoke(int slot, long object, int op, TeeParams params, long callbackNanos) throws TeeException {
            return carryOut(() -> context.invoke(slot, object, op, params, callbackNanos));
        }

        @Override
        public int number(HazardSlots slots) {
            return context.number(slots);
        }

        private int carryOut(Step invocation) throws TeeException {
            if (!client) {
                return invocation.take();
            }
            if (isSkipped(strike(Point.BEFORE_MARSHALLING))) {
                throw notReached(Point.BEFORE_MARSHALLING);
            }
            boolean outer = invoking.get();
            invoking.set(true);
            try {
                return invocation.take();
            } finally {
                invoking.set(outer);
            }
        }

        @Override
        public boolean receive(SupplicantRequest request, long waitNanos) throws TeeException, InterruptedException {
            boolean received = context.receive(request, waitNanos);
            return received && (request.isRelease() || !isSkipped(strike(Point.PROCESSING)));
        }

        @Override
        public boolean receiveAwaited(SupplicantRequest request) throws TeeException {
            return context.receiveAwaited(request) && !isSkipped(strike(Point.PROCESSING));
        }

        @Override
        public void workersChanged() {
            context.workersChanged();
        }

        @Override
        public void send(long requestId, int result, TeeParams params) throws TeeException {
            Fault fault = strike(Point.RESPONSE_SUBMITTED);
            if (isHostile(fault)) {
                spoil(params, new Random(fault.seed()));
            }
            if (!isSkipped(fault)) {
                context.send(requestId, result, params);
            }
        }

        @Override
        public void fail(long requestId, Errno reason) throws TeeException {
            if (!isSkipped(strike(Point.RESPONSE_SUBMITTED))) {
                context.fail(requestId, reason);
            }
        }

        private void spoil(TeeParams params, Random random) {
            for (int i = 0; i < params.count(); i++) {
                TeeParam param = params.get(i);
                if (param.type() == TeeParam.Type.UBUF_OUTPUT) {
                    byte[] junk = new byte[param.size()];
                    random.nextBytes(junk);
                    param.view().put(0, junk);
                }
            }
        }

        @Override
        public String explain(int result) {
            return context.explain(result);
        }

        @Override
        public boolean isAwaited(long requestId) {
            return context.isAwaited(requestId);
        }

        @Override
        public boolean copyShared(
                long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
            return context.copyShared(requestId, source, sourceIndex, target, targetIndex, length);
        }

        @Override
        public void closeContext() {
            context.closeContext();
        }

        @Override
        public void release() {
            context.release();
        }

        @Override
        public void describe(ContextDTO description) {
            context.describe(description);
        }
    }

    /** {@link Point#IN_SECURE_WORLD}. */
    private final class Channel implements SecureChannel {

        private final SecureChannel channel;

        Channel(SecureChannel channel) {
            this.channel = channel;
        }

        @Override
        public void invoke(SecureCall call) throws TeeException {
            Fault fault = invoking.get() ? strike(Point.IN_SECURE_WORLD) : null;
            if (isSkipped(fault)) {
                throw notReached(Point.IN_SECURE_WORLD);
            }
            channel.invoke(call);
            if (isHostile(fault)) {
                spoil(call, new Random(fault.seed()));
            }
        }

        private void spoil(SecureCall call, Random random) {
            ByteBuffer inbound = memory.resolve(call.inboundAddress(), call.inboundSize());
            byte[] junk = new byte[call.inboundSize()];
            random.nextBytes(junk);
            inbound.put(PhysicalMemory.index(call.inboundAddress()), junk);
        }

        @Override
        public void callbackResponse(SecureCall call) throws TeeException {
            channel.callbackResponse(call);
        }
    }
}
