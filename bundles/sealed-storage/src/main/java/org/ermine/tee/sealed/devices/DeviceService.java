// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.devices;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.SealedStorageException;
import org.osgi.framework.Bundle;

/**
 * A device that is present. Each bundle has its own of it: what is opened through that belongs to the bundle, and tells
 * its name.
 */
public interface DeviceService {

    /**
     * The device as a bundle has it, to be {@linkplain Use#giveBack given back}.
     *
     * @throws SealedStorageException if the bundle has stopped or the device is gone
     */
    Use of(Bundle user) throws SealedStorageException;

    /** One use of the device by a bundle. */
    interface Use {

        TeeDevice device();

        /**
         * Ends this use and no other, once. One that ended by itself, as its bundle stopped, is not that of the bundle
         * when it has started again.
         */
        void giveBack();
    }
}
