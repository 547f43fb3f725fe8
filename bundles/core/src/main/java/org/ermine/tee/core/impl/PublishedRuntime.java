// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import org.ermine.tee.core.device.Counters;
import org.ermine.tee.embedded.threads.ServiceThread;
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
 * The {@link TeeRuntime} service and its change counts. A thread of its own writes the counts into the properties of
 * the service, and then pauses. So listeners of the service are called at most ten times a second, however fast
 * contexts come and go, and clients that open contexts do not wait for these listeners.
 */
@Component(
        service = {},
        immediate = true)
public final class PublishedRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedRuntime.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration STOP = Duration.ofSeconds(1);

    private final Counters counters;
    private final ServiceRegistration<TeeRuntime> service;
    private final ServiceThread thread;
    /** The count that was published last. Only the thread uses it. */
    private long published;

    @Activate
    public PublishedRuntime(
            BundleContext bundle,
            @Reference(name = "registry") DeviceRegistry registry,
            @Reference(name = "memory") SharedMemoryManager memory) {
        counters = registry.counters();
        published = counters.changes();
        service = bundle.registerService(TeeRuntime.class, new Introspection(registry, memory), properties());
        thread = new ServiceThread("ermine-changes", this::publishChanges, LOG::error);
        thread.start();
    }

    /** Stops the thread. It may be in a listener of another bundle, which must not hold up the end of this one. */
    @Deactivate
    void deactivate() {
        thread.stop();
        service.unregister();
        try {
            thread.awaitEnd(STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishChanges() throws InterruptedException {
        published = counters.awaitChanges(published);
        try {
            service.setProperties(properties());
        } catch (IllegalStateException e) {
            LOG.debug("TeeRuntime is gone: nobody is told of changes any more");
        }
        thread.pause(PAUSE);
    }

    private Dictionary<String, Object> properties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_CHANGECOUNT, published);
        properties.put(TeeRuntime.SERVICES_CHANGECOUNT, counters.serviceChanges());
        return properties;
    }
}
