// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.core.device.Device;
import org.ermine.tee.core.device.DeviceHandle;
import org.ermine.tee.spi.policy.Permissions;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** The {@link TeeDevice} service of a device: each bundle gets a handle of its own. Stateless. */
final class DeviceFactory implements ServiceFactory<TeeDevice> {

    private final Device device;
    private final Permissions permissions;

    DeviceFactory(Device device, Permissions permissions) {
        this.device = device;
        this.permissions = permissions;
    }

    @Override
    public TeeDevice getService(Bundle bundle, ServiceRegistration<TeeDevice> registration) {
        return DeviceHandle.of(device, permissions, bundle);
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<TeeDevice> registration, TeeDevice service) {
        ((DeviceHandle) service).close();
    }
}
