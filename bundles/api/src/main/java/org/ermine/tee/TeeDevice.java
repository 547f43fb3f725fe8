// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A trusted execution environment that is present. An OSGi service for as long as its driver is there; each bundle gets
 * its own instance, so that a context knows its owner. Thread safe.
 */
@ProviderType
public interface TeeDevice {

    /** Service property: the {@linkplain #name() name}, a String. */
    String DEVICE_NAME = "tee.device";

    /** Service property: {@link TeeVersion#implementation()}, an Integer. */
    String IMPLEMENTATION = "tee.implementation";

    /**
     * Service property, a Boolean: whether there are workers that serve callbacks. Whoever passes callback objects as
     * soon as it is there, credentials included, waits for a device or context with the value {@code true}.
     */
    String SERVES_CALLBACKS = "tee.servesCallbacks";

    /**
     * Service property, a Boolean: whether the device is for development and protects nothing, as a secure world
     * emulated in software. A client that must not work with such a one has the target {@code
     * (!(tee.development=true))}. Drivers and secure channels say it with the same property; without it a device counts
     * as real.
     */
    String DEVELOPMENT = "tee.development";

    /** The device's name, unique in this framework, for example {@code qtee-emulator}. */
    String name();

    /** What the TEE is and can do. */
    TeeVersion version();

    /**
     * Opens a context owned by the bundle that got this service. It is closed when the bundle closes it, gives the
     * service back or stops, or when the device goes.
     *
     * @throws TeeException ENODEV if the device is going away, ENOMEM if a resource is short
     */
    TeeContext open() throws TeeException;
}
