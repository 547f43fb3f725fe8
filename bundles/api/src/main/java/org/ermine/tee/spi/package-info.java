// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Service provider interfaces between the parts of Ermine, and for those who replace one of them.
 *
 * <ul>
 *   <li>{@link org.ermine.tee.spi.TeeDriver}: a TEE backend, at the level of TEE parameters. It knows no bundle. It
 *       mirrors the operations that Linux' TEE subsystem asks of a driver.
 *   <li>{@link org.ermine.tee.spi.SecureChannel}: the way into a Qualcomm TEE: two calls on shared memory, as the
 *       secure channel manager has them.
 *   <li>{@link org.ermine.tee.spi.SharedMemoryManager} and {@link org.ermine.tee.spi.PhysicalMemory}: memory that both
 *       worlds see, from either side.
 *   <li>{@link org.ermine.tee.spi.HazardSlots}: for what is used far more often than it ends.
 *   <li>{@link org.ermine.tee.spi.TeeObserver}: for whoever measures or records.
 * </ul>
 *
 * <p>What is between bundles of Ermine only stands in {@code org.ermine.tee.spi.callback} and {@code
 * org.ermine.tee.spi.support}; who decides permissions finds what is needed in {@code org.ermine.tee.spi.policy}, and
 * who has something to tell in {@link org.ermine.tee.runtime.RuntimeContributor}.
 */
@Export
@Version("2.0.0")
package org.ermine.tee.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
