// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The services of core: which drivers make which devices, and what is reported of all of them. The bundle knows which
 * bundle opened what, what the TEE still holds of it, and the checks in front of every driver. It knows drivers by
 * {@code org.ermine.tee.spi} only, and no message of any TEE.
 *
 * <p><b>Packages.</b> Each knows only those that follow it in this order: {@code impl}; {@code device};
 * {@code context}; {@code callback}, {@code rights} and {@code leak}, which do not know each other; {@code invoke};
 * {@code object}; {@code support}. Beside them stand {@code permissions}, which asks the policy of another bundle, and
 * {@code options}, which both use.
 *
 * <p><b>Services.</b> {@link org.ermine.tee.core.impl.DeviceRegistry} needs a {@code SharedMemoryManager}. It takes any
 * number of {@code TeeDriver}s and, while there are any, {@code CallbackWorkers}, a {@code TeeObserver} and
 * {@code RuntimeContributor}s. It asks the {@code Permissions} of {@code org.ermine.tee.core.permissions} what bundles
 * may do. For each driver it offers a {@code TeeDevice}, one for each bundle, and {@code TeeContext}s, as many as are
 * asked for. The bundle also offers {@code TeeRuntime}.
 *
 * <p><b>Threads.</b> Invocations run on the threads of callers, and callbacks on those of the workers. Core has threads
 * of its own:
 *
 * <ul>
 *   <li>{@code ermine-leaks-<device>}, while a device is present;
 *   <li>{@code ermine-changes};
 *   <li>{@code ermine-close-<device>}, for what clients do when the TEE releases their objects while a device goes away
 *       or their bundle stops. There is one for each owner whose objects are to be told. It is waited for, but only for
 *       a limited time, and nothing of core waits behind it: memory and references of the context are released before.
 *   <li>{@code ermine-announce}, one for each device that has a change to announce. It tells the listeners of the
 *       device's services that workers or permissions changed, after all devices have taken that over.
 *   <li>{@code ermine-contributor}, one for each contributor that is being asked for its part of the state, and {@code
 *       ermine-policy} likewise for a policy. Whoever wants the state waits a second at most for each, and not again
 *       until it has come back.
 * </ul>
 *
 * <p><b>Locks</b> of all packages. None is held while a driver, a client or the framework is called. An invocation
 * without object arguments takes none.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@code DeviceRegistry}</td><td>its monitor: which driver makes which device</td></tr>
 * <tr><td>{@code PublishedDevice}</td><td>an atomic state: whether the services are registered</td></tr>
 * <tr><td>{@code Device}</td><td>a monitor: the counts of released contexts, with their removal</td></tr>
 * <tr><td>{@link org.ermine.tee.embedded.threads.OwnerThreads}</td><td>its lock: for which owners code is still to be
 *     run</td></tr>
 * <tr><td>{@code ContextCount}</td><td>a lock: how many contexts a device has, and whether it takes more</td></tr>
 * <tr><td>{@code ContextPlaces}</td><td>atomics: how many contexts are open, and of each owner</td></tr>
 * <tr><td>{@code Context}</td><td>atomics: which steps of its end were taken</td></tr>
 * <tr><td>{@code Backend}, {@code CallFrames}</td><td>a volatile: whether calls may enter; slots of the driver and an
 *     atomic: whether one is inside. One announcement is for both, the gate here and the objects there. The argument
 *     stands at {@link org.ermine.tee.spi.HazardSlots}</td></tr>
 * <tr><td>{@code InvocationCount}</td><td>its monitor: what was read last; a number in each frame, written by its
 *     thread alone: what is counted there and not yet here</td></tr>
 * <tr><td>{@code Host}</td><td>an atomic: the references of a context; a volatile: until when requests wait for
 *     workers</td></tr>
 * <tr><td>{@code ObjectList}</td><td>its monitor: the references of a context, which of them are open, and how many
 *     share an id</td></tr>
 * <tr><td>{@code CallbackTable}</td><td>its monitor: the callback objects that the TEE holds</td></tr>
 * <tr><td>{@code Memories}, {@code DeviceHandle}</td><td>concurrent sets and a volatile, for late inserts: what is
 *     open</td></tr>
 * <tr><td>{@code IncomingCall}</td><td>an atomic: which thread answers; and the errno of a call that was failed while
 *     shared memory was copied</td></tr>
 * <tr><td>{@code OpenedServices}</td><td>a concurrent set: the services of the TEE that a context opened</td></tr>
 * <tr><td>{@code Identity}</td><td>a volatile: whether a context registered under another identity than its
 *     owner's</td></tr>
 * </table>
 *
 * <p>Each lock is taken alone.
 */
@Capability(namespace = RequireTee.NAMESPACE, name = RequireTee.CORE, version = "1.0")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.TeeDevice,org.ermine.tee.TeeContext,"
                + "org.ermine.tee.runtime.TeeRuntime\"",
        effective = "active")
package org.ermine.tee.core.impl;

import org.ermine.tee.RequireTee;
import org.osgi.annotation.bundle.Capability;
