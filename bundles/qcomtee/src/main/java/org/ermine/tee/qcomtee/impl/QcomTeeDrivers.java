// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeDriver;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers a {@link TeeDriver} for each {@link SecureChannel} that is there. */
@Component(
        service = {},
        immediate = true)
public final class QcomTeeDrivers {

    private static final Logger LOG = LoggerFactory.getLogger(QcomTeeDrivers.class);

    private final BundleContext bundleContext;
    private final SharedMemoryManager memory;
    private final DeviceLimits limits;
    /** Bundles can offer channels again and again. */
    private final RepeatLog problems = new RepeatLog(LOG::warn);

    private final Map<SecureChannel, Driver> drivers = new ConcurrentHashMap<>();

    private record Driver(QcomTee tee, ServiceRegistration<TeeDriver> registration) {}

    @Activate
    public QcomTeeDrivers(
            BundleContext bundleContext,
            @Reference(name = "memory") SharedMemoryManager memory,
            @Reference(name = "limits") DeviceLimits limits) {
        this.bundleContext = bundleContext;
        this.memory = memory;
        this.limits = limits;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addChannel(SecureChannel channel, Map<String, Object> properties) {
        if (!(properties.get(TeeDevice.DEVICE_NAME) instanceof String name) || name.isBlank()) {
            problems.tell(
                    TeeDevice.DEVICE_NAME,
                    () -> "a secure channel is ignored: its property " + TeeDevice.DEVICE_NAME
                            + " is missing or no text");
            return;
        }
        QcomTee tee = new QcomTee(name, channel, memory, limits);
        boolean registered = false;
        try {
            tee.start();
            drivers.put(channel, new Driver(tee, register(tee, name, properties)));
            registered = true;
        } finally {
            if (!registered) {
                tee.close();
            }
        }
    }

    private ServiceRegistration<TeeDriver> register(QcomTee tee, String name, Map<String, Object> channel) {
        boolean development = Boolean.TRUE.equals(channel.get(TeeDevice.DEVELOPMENT));
        return bundleContext.registerService(
                TeeDriver.class,
                tee,
                FrameworkUtil.asDictionary(Map.of(TeeDevice.DEVICE_NAME, name, TeeDevice.DEVELOPMENT, development)));
    }

    /** The channel still works: what the device holds can be released through it. */
    void removeChannel(SecureChannel channel) {
        Driver driver = drivers.remove(channel);
        if (driver != null) {
            driver.registration().unregister();
            driver.tee().close();
        }
    }
}
