// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.SharedMemoryManager;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link TeeRuntime} service and its change count. A thread of its own carries the count into the service's properties, and
 * then pauses: however fast contexts come and go, nobody who listens for the service is told more than ten times a second, and
 * those who open them do not wait for who listens.
 */
@Component(
        service = {},
        immediate = true)
public final class PublishedRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedRuntime.class);
    private static final long PAUSE_MILLIS = 100;
    private static final long STOP_MILLIS = 1000;

    private final Counters counters;
    private final ServiceRegistration<TeeRuntime> service;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    @Activate
    public PublishedRuntime(
            BundleContext bundle, @Reference DeviceRegistry registry, @Reference SharedMemoryManager memory) {
        counters = registry.counters();
        long published = counters.changes();
        service = bundle.registerService(TeeRuntime.class, new Introspection(registry, memory), properties(published));
        thread = DaemonThreads.create(() -> publishChanges(published), "ermine-changes");
        thread.start();
    }

    /** The thread may be in a listener, which must not hold up the end of this bundle. */
    @Deactivate
    void deactivate() {
        stopped.countDown();
        thread.interrupt();
        service.unregister();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishChanges(long before) {
        long published = before;
        try {
            do {
                published = counters.awaitChanges(published);
                service.setProperties(properties(published));
            } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException | IllegalStateException e) {
            LOG.debug("{} ends", Thread.currentThread().getName());
        }
    }

    private static Dictionary<String, Object> properties(long changes) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_CHANGECOUNT, changes);
        return properties;
    }
}
