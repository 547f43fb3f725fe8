// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.crowd;

import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * Offers listeners that nobody asks, and replaces one after the other, each about once in a second: at any time a few
 * of them have no handler, and the supplicant is told of a change every few milliseconds.
 */
public final class Activator implements BundleActivator {

    /** How many listeners there are. */
    public static final int SIZE = 100;

    private static final int FIRST_ID = 0x4200;
    private static final int BUFFER = 4096;
    /** How many of them have no handler at a time. */
    private static final int VACANT = 4;

    private static final long PAUSE_MILLIS = 10;

    private final ListenerHandler handler = message -> {};
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Null where there is none. */
    private final ServiceRegistration<?>[] listeners = new ServiceRegistration<?>[SIZE];

    private Thread thread;

    @Override
    public void start(BundleContext context) {
        for (int i = 0; i < SIZE; i++) {
            listeners[i] = register(context, i);
        }
        thread = new Thread(() -> replace(context), "chaos-crowd");
        thread.start();
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        stopped.countDown();
        thread.join();
    }

    private ServiceRegistration<?> register(BundleContext context, int number) {
        Dictionary<String, Object> properties = FrameworkUtil.asDictionary(
                Map.of(ListenerHandler.ID, FIRST_ID + number, ListenerHandler.BUFFER_SIZE, BUFFER));
        return context.registerService(ListenerHandler.class, handler, properties);
    }

    private void replace(BundleContext context) {
        try {
            for (int i = 0; !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); i = (i + 1) % SIZE) {
                listeners[i].unregister();
                listeners[i] = null;
                int longest = (i + SIZE - VACANT) % SIZE;
                if (listeners[longest] == null) {
                    listeners[longest] = register(context, longest);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
