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
 *   <li>{@link org.ermine.tee.spi.CallbackWorkers}: the threads that serve callback requests, for which sources wait in
 *       a {@link org.ermine.tee.spi.SourceLine}.
 *   <li>{@link org.ermine.tee.spi.Permissions}: what the operator lets bundles do, as a {@link
 *       org.ermine.tee.spi.policy.PermissionPolicy} judges it.
 *   <li>{@link org.ermine.tee.spi.RuntimeContributor}: what a part knows, for {@code TeeRuntime}.
 *   <li>{@link org.ermine.tee.spi.Separately}: for loops over what belongs to several owners.
 *   <li>{@link org.ermine.tee.spi.HazardSlots}: for what is used far more often than it ends.
 *   <li>{@link org.ermine.tee.spi.SpinTime}: for threads that wait for each other.
 *   <li>{@link org.ermine.tee.spi.StackReserve}: for every way into Ermine from foreign code.
 *   <li>{@link org.ermine.tee.spi.ServiceThread}: for threads that do one service for everybody.
 *   <li>{@link org.ermine.tee.spi.OwnerThreads}: for foreign code that must not run on a thread that treats all owners.
 *   <li>{@link org.ermine.tee.spi.OwnerName}: how an owner is called in all texts.
 *   <li>{@link org.ermine.tee.spi.DurableFiles}: for files that are replaced, and have to outlast a loss of power.
 * </ul>
 */
@Export
@Version("1.5.0")
package org.ermine.tee.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
