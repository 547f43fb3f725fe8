// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The Qualcomm backend: QTEE's objects for the normal world, and the normal world's for QTEE.
 *
 * <p>Needs a {@code SharedMemoryManager} and any number of {@code SecureChannel} services; offers a {@code TeeDriver}
 * for each of these, for as long as it is there.
 *
 * <p><b>Packages.</b> This one puts a device together for each channel and offers it; it knows the framework and all
 * others. {@code call} carries an invocation out with what {@code argument} holds for it; {@code export} has the
 * objects of the normal world, {@code teeobject} those of QTEE; {@code request} queues what QTEE wants of callback
 * objects; {@code message} has the bytes, {@code limit} the options. Each of them uses those that stand after it here
 * only. What follows is of all of them.
 *
 * <p><b>Threads.</b> An {@code Invocation} runs on its client's thread from start to end, callbacks that the backend
 * serves itself included. Requests to user objects are received and answered by whoever calls {@code
 * QcomContext.receive} and {@code send}. One thread for each device releases QTEE's objects, in the order in which they
 * were dropped, one at a time ({@code ReleaseQueue}); another one watches it. A release that takes longer than 0.1 s
 * keeps its thread and nothing else: another thread goes on with the rest (so REL-1 gives way to ERM-20), as long as
 * there are fewer than the option {@code releaseThreads}, and the thread that comes back ends. QTEE's callbacks in the
 * course of one release may take two seconds together. The end of the device ends these threads.
 *
 * <p><b>What guards what.</b>
 *
 * <table>
 * <caption>Owners of shared state</caption>
 * <tr><td>{@code Invocation}, {@code CallbackDispatch}, {@code DirectMessage}, {@code CallbackMessage}, {@code
 *     OutgoingObjects}, {@code IncomingObjects}, {@code ClientWait}</td><td>the invoking thread alone; the arguments of
 *     a request pass to another thread and back by its {@code HandOver}; a client waits for a copy of shared memory for
 *     a second at most</td></tr>
 * <tr><td>{@code PendingRequests}</td><td>its {@code lock}: queue, ids</td></tr>
 * <tr><td>{@code HandOver}</td><td>one word, moved by compare-and-set: where a request stands, and whose its arguments
 *     are</td></tr>
 * <tr><td>{@code ObjectTable}</td><td>its monitor for changes; look-ups take no lock</td></tr>
 * <tr><td>{@code ExportTable}</td><td>its monitor</td></tr>
 * <tr><td>{@code ReleaseQueue}</td><td>its {@code lock}, which only its own threads take, and whoever waits until it is
 *     empty</td></tr>
 * <tr><td>{@code DroppedObjects}</td><td>an atomic; whoever drops an object takes no lock</td></tr>
 * <tr><td>{@code CallingContexts}</td><td>its monitor: set of contexts, whether the device is closing</td></tr>
 * <tr><td>{@code Quarantine}</td><td>atomics and a concurrent queue: the message buffers of calls that QTEE did not
 *     return from</td></tr>
 * <tr><td>{@code DeviceShares}</td><td>atomics of each owner: exported ids, callbacks, and bytes of messages, in use
 *     and abandoned</td></tr>
 * <tr><td>{@code ObjectUses}, {@code InvocationPool}</td><td>slots in which threads announce what they invoke: core
 *     makes that announcement, for its gate and for these, before it comes here; the argument stands at {@link
 *     org.ermine.tee.spi.HazardSlots}. Its lock: what users get of an object that is released meanwhile, and what else
 *     is left to them</td></tr>
 * <tr><td>{@code SecureObjects}</td><td>one atomic for each reference on an object of QTEE, and one for those that are
 *     free; its monitor: how many there are. A handle is used again: whoever has no reference retains one under the
 *     monitor of the {@code ObjectTable} that has it</td></tr>
 * <tr><td>reference counts, {@code ContextObjects.userObjects}</td><td>atomics</td></tr>
 * </table>
 *
 * No two of these locks are held at once, and none while foreign code runs.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.ermine.tee.spi.TeeDriver\"",
        effective = "active")
package org.ermine.tee.qcomtee.impl;

import org.osgi.annotation.bundle.Capability;
