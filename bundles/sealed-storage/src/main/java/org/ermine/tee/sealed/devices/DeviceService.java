// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.devices;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.SealedStorageException;
import org.osgi.framework.Bundle;

/** A device that is present. Each bundle has its own of it: what is opened through that belongs to the bundle, and tells its name. */
public interface DeviceService {

    /**
     * The device as a bundle has it, to be {@linkplain #giveBack given back}.
     *
     * @throws SealedStorageException if the bundle has stopped or the device is gone
     */
    TeeDevice of(Bundle user) throws SealedStorageException;

    /** What the bundle has of it is not used any more. */
    void giveBack(Bundle user);
}
