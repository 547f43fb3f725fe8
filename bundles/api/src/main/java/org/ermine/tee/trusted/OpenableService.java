// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.TeeDevice;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says that clients of a device can open something. The service says so by being registered, and has no methods. Its
 * properties name the device ({@value TeeDevice#DEVICE_NAME}) and either a trusted service
 * ({@value TrustedService#UID}, an Integer) or a trusted application ({@value TrustedApplication#NAME}, a String that
 * is not empty). One that names neither is reported in the log and not offered to clients.
 *
 * <p>It is registered by whatever bundle knows what a secure world has, as the emulator does for the code that is
 * deployed for it, and a board's bundle for what the board carries. It is registered when the service or application
 * can be opened, and unregistered when it cannot any more. If another one takes over the name, the objects of the
 * former one end, and there is a new registration. For each registration, clients find an
 * {@link org.ermine.tee.TeeObject} service with the same properties.
 */
@ConsumerType
public interface OpenableService {}
