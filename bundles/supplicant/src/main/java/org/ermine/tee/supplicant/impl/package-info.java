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
 *       waits for the TEE. Service events only mark, and wait for calls in progress within the drain time. What is to be
 *       done later is never planned item by item: each of these threads keeps the earliest time that it was asked for.
 *   <li>What the TEE refuses: listeners that wait for one cause are tried again as one, and the log is told of the cause
 *       once. The pauses begin anew when permissions change and when the TEE gets a listener back.
 *   <li>A call: {@link org.ermine.tee.supplicant.impl.WorkerPool} takes a turn of a context, {@link
 *       org.ermine.tee.supplicant.impl.Watchdog} notes the call, {@link org.ermine.tee.supplicant.impl.HandlerInvoker} takes
 *       a lease in the {@link org.ermine.tee.supplicant.impl.HandlerSlot} and calls the handler.
 *   <li>Locks, in this order: slot, call thread, pool. The lock of a {@link
 *       org.ermine.tee.supplicant.impl.WakeUpThread}, which guards its planned time, is taken last. None is held while
 *       foreign code runs.
 * </ul>
 */
package org.ermine.tee.supplicant.impl;
