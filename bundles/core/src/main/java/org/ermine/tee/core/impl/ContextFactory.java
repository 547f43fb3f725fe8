// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.device.Device;
import org.ermine.tee.core.device.DeviceHandle;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.spi.policy.Permissions;
import org.osgi.framework.Bundle;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * The {@link TeeContext} service of a device. A bundle gets one context each time, or one for all of its components,
 * whichever it asks for. When the service is given back, its context is closed, and so is what was opened through the
 * context's device. Stateless.
 */
final class ContextFactory implements PrototypeServiceFactory<TeeContext> {

    private final Device device;
    private final Permissions permissions;

    ContextFactory(Device device, Permissions permissions) {
        this.device = device;
        this.permissions = permissions;
    }

    /**
     * Returns null if no context can be opened; the framework passes that on to the bundle. A refusal is logged where
     * it is counted.
     */
    @Override
    public TeeContext getService(Bundle bundle, ServiceRegistration<TeeContext> registration) {
        try {
            return DeviceHandle.of(device, permissions, bundle).open();
        } catch (TeeException e) {
            if (e.errno().filter(Errno.EACCES::equals).isEmpty()) {
                Owner owner = Owner.of(bundle);
                device.problems()
                        .tell(
                                List.of("no context", owner),
                                () -> "device " + device.name() + ": no context for " + owner + ": " + e.getMessage());
            }
            return null;
        }
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<TeeContext> registration, TeeContext service) {
        ((DeviceHandle) service.device()).close();
    }
}
