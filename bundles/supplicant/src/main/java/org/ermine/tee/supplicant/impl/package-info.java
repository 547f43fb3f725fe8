// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The supplicant: the component that brings the parts of this bundle together. Owns the worker threads, the leases of
 * handlers and the registrations of listeners with each QTEE.
 *
 * <ul>
 *   <li>Offers: {@link org.ermine.tee.spi.callback.CallbackWorkers}, to core.
 *   <li>Needs, all of them optional and dynamic: {@link org.ermine.tee.supplicant.ListenerHandler} and named {@link
 *       org.ermine.tee.CallbackObject} services, {@link org.ermine.tee.TeeDevice} services of QTEE.
 *   <li>Threads: those of {@link org.ermine.tee.supplicant.worker}, {@link org.ermine.tee.supplicant.call}, {@link
 *       org.ermine.tee.supplicant.handler} and {@link org.ermine.tee.supplicant.listener}. Service events only mark,
 *       and wait for calls in progress within the drain time.
 *   <li>Locks, in this order: that of a slot, the monitor of a call's thread, that of the pool, that of a wake-up. None
 *       is held while foreign code runs.
 * </ul>
 *
 * <p>The packages stand on each other, each knows those below it only: {@code impl}; {@code listener}; {@code handler}
 * and {@code worker}, which do not know each other; {@code call}; {@code options} and {@code support}.
 */
package org.ermine.tee.supplicant.impl;
