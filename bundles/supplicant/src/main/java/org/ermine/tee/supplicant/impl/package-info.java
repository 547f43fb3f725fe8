// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The supplicant. Owns the worker threads, the leases of handlers and the registrations of listeners with each QTEE.
 *
 * <ul>
 *   <li>Offers: {@link org.ermine.tee.spi.CallbackWorkers}, to core.
 *   <li>Needs, all of them optional and dynamic: {@link org.ermine.tee.supplicant.ListenerHandler} and named {@link
 *       org.ermine.tee.CallbackObject} services, {@link org.ermine.tee.TeeDevice} services of QTEE.
 *   <li>Threads: {@code ermine-supplicant-worker-N} run handlers; {@code ermine-supplicant-watchdog} fails those that take
 *       too long; {@code ermine-supplicant-listeners-DEVICE} registers listeners with one device, the only thread that
 *       waits for the TEE; {@code ermine-supplicant-handlers}, at most two for a bundle, get and give back its service objects
 *       where those of all bundles are treated in turn: at the start, at the end, and when permissions change. Service events only mark, and wait for calls in progress within the drain time. What is to be
 *       done later is never planned item by item: each of these threads keeps the earliest time that it was asked for.
 *   <li>What the TEE refuses: listeners that wait for one cause are tried again as one, and the log is told of the cause
 *       once. The pauses begin anew when permissions change and when the TEE gets a listener back. An id that is in use is
 *       mostly a predecessor's, which the TEE is about to let go: for a second that is no problem, and tried again at once.
 *   <li>A call: a thread of the {@link org.ermine.tee.supplicant.impl.WorkerPool} takes the next one of a context and has the {@link
 *       org.ermine.tee.supplicant.impl.Watchdog} carry it out, the one place where a worker calls foreign code: with a time
 *       limit, and so that neither an interrupt nor a context class loader stays behind. Where a handler is called, {@link
 *       org.ermine.tee.supplicant.impl.HandlerInvoker} takes a lease in the {@link
 *       org.ermine.tee.supplicant.impl.HandlerSlot} first.
 *   <li>A turn is announced under the pool's lock, or handed without one to the worker that looks out for it: {@link
 *       org.ermine.tee.supplicant.impl.Lookout}. No turn is announced and left while a worker looks out.
 *   <li>Threads that wait for a bundle, or are held by its callbacks, are counted for it by {@link
 *       org.ermine.tee.supplicant.impl.Shares}: what uses up its share is refused alone. Those that are at work for one
 *       bundle, because its context is called or one of its handlers, are bounded by {@link
 *       org.ermine.tee.supplicant.impl.Turns}: what comes beyond waits, up to a fixed number for each bundle, and is refused beyond
 *       that. While turns wait, workers in slow calls are lent too, and so threads are added by need.
 *   <li>A worker that is broken off between two turns, for want of memory, is reported and replaced: it counts no more, and the turn
 *       that it had is its bundle's again.
 *   <li>A handler that is unregistered ends what it does within the drain time: what its calls in progress call of it, where no
 *       other handler is there, it still serves.
 *   <li>The end: first no call is begun but those for which one in progress waits, which its own thread serves; then what has
 *       not ended within the drain time fails, and so does all that its threads still begin.
 *   <li>Locks, in this order: slot, call thread, pool. The lock of a {@link
 *       org.ermine.tee.supplicant.impl.WakeUpThread}, which guards its planned time, is taken last. None is held while
 *       foreign code runs.
 * </ul>
 */
package org.ermine.tee.supplicant.impl;
