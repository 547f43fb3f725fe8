// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.TeeDevice;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says that clients of a device can open something: a service that says so by being there, and has no methods. Its
 * properties name the device ({@value TeeDevice#DEVICE_NAME}) and either a trusted service ({@value
 * TrustedService#UID}) or a trusted application ({@value TrustedApplication#NAME}).
 *
 * <p>Who knows what a secure world has, as the emulated one does of the code that is deployed for it and a board's
 * bundle of what the board carries, registers one when it can be opened, and unregisters it when it cannot any more.
 * Where another one takes the place of what had the name before, whose objects end with it, that is another
 * registration. For each, clients find an {@link org.ermine.tee.TeeObject} service with the same properties.
 */
@ConsumerType
public interface OpenableService {}
