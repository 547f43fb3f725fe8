// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.TeeDevice;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** The {@link TeeDevice} service of a device: one handle for each bundle that gets it. Stateless. */
final class DeviceFactory implements ServiceFactory<TeeDevice> {

    private final Device device;

    DeviceFactory(Device device) {
        this.device = device;
    }

    @Override
    public TeeDevice getService(Bundle bundle, ServiceRegistration<TeeDevice> registration) {
        return new DeviceHandle(device, Owner.of(bundle));
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<TeeDevice> registration, TeeDevice service) {
        ((DeviceHandle) service).close();
    }
}
