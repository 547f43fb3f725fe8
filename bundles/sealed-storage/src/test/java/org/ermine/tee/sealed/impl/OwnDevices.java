// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.testing.InMemoryTee;
import org.osgi.framework.Bundle;

/** The device of a whole TEE, of which each bundle has its own, as in a framework. */
record OwnDevices(InMemoryTee tee, Map<Bundle, TeeDevice> byBundle) implements DeviceService {

    OwnDevices(InMemoryTee tee) {
        this(tee, new ConcurrentHashMap<>());
    }

    @Override
    public Use of(Bundle user) {
        return new SharedDevice.Shared(byBundle.computeIfAbsent(user, bundle -> tee.device(bundle.getSymbolicName())));
    }
}
