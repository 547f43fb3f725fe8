// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.devices.DeviceService;
import org.osgi.framework.Bundle;

/** One device for all bundles, which the TEE cannot tell one from another then. */
public record SharedDevice(TeeDevice device) implements DeviceService {

    @Override
    public Use of(Bundle user) {
        return new Shared(device);
    }

    /** The device stays what it is when that ends. */
    record Shared(TeeDevice device) implements Use {

        @Override
        public void giveBack() {
            // The next connection uses it again.
        }
    }
}
