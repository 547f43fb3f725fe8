// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A TEE backend. Core makes a device of each {@code TeeDriver} service that has the property {@value
 * TeeDevice#DEVICE_NAME}, the name of the device, which is required and unique, and closes all its contexts when the
 * service goes. The service is registered last, when all it needs is there, and unregistered first. Thread safe.
 */
@ConsumerType
public interface TeeDriver {

    /** Tells what the TEE is and can do. It is constant while the service is registered. */
    TeeVersion version();

    /**
     * Opens a context. The returned object is told {@link DriverContext#closeContext} exactly once, and {@link
     * DriverContext#release} exactly once after the last reference on {@code host} is gone.
     *
     * @param host core's side of the context; its reference count is 1, owned by core
     * @throws TeeException EINVAL if the device is going away, ENOMEM if a resource is short; nothing is left behind
     */
    DriverContext open(ContextHost host) throws TeeException;

    /**
     * Returns the slots in which invocations of this TEE are announced, in one step for the caller and the driver: see
     * {@link DriverContext#invoke(int, long, int, TeeParams, long)}. Each part that opens contexts asks for them once.
     * A driver that stands in front of another one passes on both these and {@link DriverContext#number}, or neither.
     */
    default HazardSlots slots() {
        return new HazardSlots();
    }

    /**
     * Returns the number of TEE objects whose release the TEE has not been told yet; 0 for a backend that tells it at
     * once. Core asks for this and the other count when it describes the device, which the driver itself cannot name.
     */
    default int pendingReleases() {
        return 0;
    }

    /**
     * Returns the number of calls that were abandoned while the TEE still had them in its hands, since it did not end
     * them in time. What belongs to them, for example their message buffers, is never used again.
     */
    default int abandonedCalls() {
        return 0;
    }
}
