// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.devices;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device in the service registry, which makes one for each bundle that gets it. */
public record RegisteredDevice(ServiceReference<TeeDevice> reference) implements DeviceService {

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredDevice.class);

    @Override
    public Use of(Bundle user) throws SealedStorageException {
        try {
            BundleContext context = user.getBundleContext();
            TeeDevice device = context == null ? null : context.getService(reference);
            if (context == null) {
                throw stopped(user, null);
            }
            if (device == null) {
                throw new SealedStorageException(Reason.NO_TEE, "the TEE went away");
            }
            return new RegisteredUse(device, context, reference);
        } catch (IllegalStateException e) {
            throw stopped(user, e);
        }
    }

    private static SealedStorageException stopped(Bundle user, IllegalStateException cause) {
        return new SealedStorageException(Reason.CLOSED, "bundle " + user + " has stopped", cause);
    }

    /** @param context is valid until the bundle stops, and another one when it has started again */
    private record RegisteredUse(TeeDevice device, BundleContext context, ServiceReference<TeeDevice> reference)
            implements Use {

        @Override
        public void giveBack() {
            try {
                context.ungetService(reference);
            } catch (IllegalStateException e) {
                LOG.debug("Its bundle has stopped, and so given the device back: {}", e.getMessage());
            }
        }
    }
}
