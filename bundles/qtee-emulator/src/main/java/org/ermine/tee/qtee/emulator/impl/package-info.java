// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The secure world in software. Owns the objects it hosts, by id and client; the messages and callbacks of calls in progress;
 * QTEE's own services (UIDs 3, 87, 143, 268, 2033); loaded trusted applications; and the persistent secure state.
 *
 * <p>Offers a {@code SecureChannel} with {@code tee.device=qtee-emulator}. Needs {@code PhysicalMemory}; finds trusted services
 * and applications on the whiteboard.
 *
 * <p>An invocation counts nothing at its target: it announces the target's number in its {@code Call}, in the same step in which it takes
 * that, and then looks it up. Who ends an id takes it out of the {@code ObjectTable}, or marks the domain as ended, and then looks at
 * the calls and hands each that invokes the id a hold on the object. One of the two sees the other; the argument stands at {@link
 * org.ermine.tee.spi.HazardSlots}. The monitor of a {@code Call} guards what it is handed; it is taken within that of a {@code
 * HostedObject}, which guards ids and references.
 *
 * <p>Private memory of arguments is used again without being cleared, but never for another client or another domain: what one of
 * them left there, or kept a view of, shows the others nothing.
 *
 * <p>How many of the objects each client has is kept by atomics, in its share, where a client itself counts as the objects that take
 * as much of the secure heap; the option clientSharePercent says how many it may have, of the table and of the heap. Trusted
 * applications share out what is theirs, as they are told who their client is. Listeners are not shared out, since one client, the
 * supplicant, registers those of all bundles, nor are the applications that are loaded.
 *
 * <p>Invocations run on the thread of whoever invokes the channel. Threads of its own, {@code ermine-trusted-services}, at most two for
 * a bundle, get and give back trusted code where that of all bundles is treated in turn: at the start, and when permissions change. It
 * protects nothing and is for development.
 */
@Capability(namespace = RequireTee.NAMESPACE, name = RequireEmulator.EMULATOR, version = "1.0")
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.RequireTee;
import org.ermine.tee.trusted.RequireEmulator;
import org.osgi.annotation.bundle.Capability;
