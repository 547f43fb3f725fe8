// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * Has the TEE call hostile code without a pause: a listener for each hostility, and callback objects that it passes.
 * Its stop waits for its threads, and lets all go that is called.
 */
public final class Activator implements BundleActivator {

    /** Each hostility in two ways. */
    public static final int KINDS = 2 * Hostility.values().length;

    static final int FIRST_LISTENER = 0x4300;

    private static final int BUFFER = 4096;

    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    @Override
    public void start(BundleContext context) {
        Ledger ledger = context.getService(context.getServiceReference(Ledger.class));
        for (Hostility hostility : Hostility.values()) {
            context.registerService(
                    ListenerHandler.class,
                    message -> hostility.act(end),
                    FrameworkUtil.asDictionary(Map.of(
                            ListenerHandler.ID,
                            FIRST_LISTENER + hostility.ordinal(),
                            ListenerHandler.BUFFER_SIZE,
                            BUFFER)));
        }
        for (boolean listeners : new boolean[] {true, false}) {
            Neighbour neighbour = new Neighbour(context, ledger, listeners, end);
            threads.add(new Thread(neighbour, "chaos-hostile-" + (listeners ? "listeners" : "callbacks")));
        }
        threads.forEach(Thread::start);
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
