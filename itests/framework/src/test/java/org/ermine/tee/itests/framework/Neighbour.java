// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.function.IntFunction;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * An innocent bundle with an application, a listener, a named callback and a client of all of them. Its service, an
 * {@link IntFunction}, goes so many rounds through all of them with a connection of its own and tells, in nanoseconds,
 * how long each round took. The first failure ends it.
 */
public final class Neighbour implements BundleActivator {

    private static final String APPLICATION = "org.example.neighbour";
    private static final String NAMED = "org.example.neighbour.named";
    private static final int LISTENER_ID = 0x4020;

    private BundleContext bundle;

    static TestBundle bundle() {
        return new TestBundle(
                        Neighbour.class,
                        "org.ermine.tee",
                        "org.ermine.tee.mink",
                        "org.ermine.tee.supplicant",
                        "org.ermine.tee.trusted")
                .with(ProbedApplication.class);
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        ProbedApplication.offer(context, APPLICATION, LISTENER_ID, () -> {});
        ListenerHandler handler = message -> {};
        context.registerService(
                ListenerHandler.class,
                handler,
                FrameworkUtil.asDictionary(Map.of(ListenerHandler.ID, LISTENER_ID, ListenerHandler.BUFFER_SIZE, 4096)));
        CallbackObject named = (op, arguments) -> {};
        context.registerService(
                CallbackObject.class, named, FrameworkUtil.asDictionary(Map.of(CallbackObject.NAME, NAMED)));
        IntFunction<long[]> rounds = this::rounds;
        context.registerService(IntFunction.class, rounds, FrameworkUtil.asDictionary(Map.of()));
    }

    /** What is registered and what was got goes back to the framework. */
    @Override
    public void stop(BundleContext context) {}

    private long[] rounds(int count) {
        TeeDevice device = bundle.getService(bundle.getServiceReference(TeeDevice.class));
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            try {
                round(device);
            } catch (Exception e) {
                throw new IllegalStateException("round " + i + " of the neighbour failed: " + e);
            }
            nanos[i] = System.nanoTime() - begun;
        }
        return nanos;
    }

    private static void round(TeeDevice device) throws Exception {
        try (ProbedApplication application = new ProbedApplication(device, APPLICATION)) {
            application.inside();
            application.callBack((op, arguments) -> {});
            application.callBack(NAMED);
            application.askListener();
            application.letGo((op, arguments) -> {});
        }
    }
}
