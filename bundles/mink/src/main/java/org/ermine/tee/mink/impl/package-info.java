// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What clients can open, as services: for each device whose callbacks are served a
 * {@link org.ermine.tee.mink.ClientEnv}, and a {@link org.ermine.tee.TeeObject} for each
 * {@link org.ermine.tee.trusted.OpenableService} on it. They are registered when they can be used, and unregistered
 * when they cannot any more. So a component that refers to one is activated and deactivated with it, in whatever order
 * bundles start.
 *
 * <ul>
 * <li>The bundle needs, both optional and dynamic, {@link org.ermine.tee.TeeContext} services with
 *     {@code tee.servesCallbacks=true}, and {@code OpenableService}s. It gets contexts for the bundle that uses a
 *     service, by that bundle's own bundle context, so that core takes that bundle for the owner, checks its
 *     permissions, and closes what it had when it stops.
 * <li>Threads: each service is registered, renewed and unregistered on a thread of its own, in turn, which is there as
 *     long as there is something to do. So a client that does not return from its activation holds up what becomes of
 *     that service, and nothing else; what comes or goes waits for the clients, a second at most. Objects are opened on
 *     the thread that gets the service.
 * <li>Locks: the monitor of {@code ClientServices} guards which services there are. A {@code ClientService} is its
 *     thread's. A concurrent set of each {@code OpeningFactory} has the bundles that got nothing. Nothing is called
 *     under the monitor.
 * </ul>
 */
@RequireTee
@RequireSupplicant
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.mink.ClientEnv,org.ermine.tee.TeeObject\"",
        effective = "active")
package org.ermine.tee.mink.impl;

import org.ermine.tee.RequireTee;
import org.ermine.tee.supplicant.RequireSupplicant;
import org.osgi.annotation.bundle.Capability;
