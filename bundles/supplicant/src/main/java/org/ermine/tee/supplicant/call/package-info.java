// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A call of a callback object while a thread carries it out: the bracket round foreign code, with a time limit.
 *
 * <p>The worker that took a call from its context has the {@link org.ermine.tee.supplicant.call.Watchdog} carry it out,
 * the one place where a worker calls foreign code: with a time limit, and so that neither an interrupt nor a context
 * class loader stays behind. The {@link org.ermine.tee.supplicant.call.RunningCall} is what the watchdog, the workers
 * and the handlers know of the call. Whether it was answered is known by the call itself, and nowhere else. A {@link
 * org.ermine.tee.supplicant.call.CallThread} is in several calls, one within the other, where a handler invokes the TEE
 * and serves what comes back meanwhile.
 *
 * <p>What these classes need of the workers they ask the thread's {@link org.ermine.tee.supplicant.call.CallCarrier},
 * and who is called is told to them as {@link org.ermine.tee.supplicant.call.Called} and {@link
 * org.ermine.tee.supplicant.call.HandlerCallback}: so this package knows neither the pool of workers nor the handlers.
 *
 * <p><b>Threads.</b> {@code ermine-supplicant-watchdog} fails the calls that take too long, and looks for slow ones
 * while turns wait. It waits for nobody.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@code CallThread}</td><td>its monitor: the calls that the thread is in, for what it is lent, and which of
 *     them are to be interrupted. It is taken after the lock of a slot and before that of the pool</td></tr>
 * <tr><td>{@code RunningCall}</td><td>the monitor of its thread: whether the thread is held or blocked by it. Volatiles
 *     of the call's own thread: its owner and its deadline</td></tr>
 * <tr><td>{@code Watchdog}</td><td>a concurrent set: the threads that it looks at</td></tr>
 * </table>
 *
 * <p>Foreign code is called with none of them held.
 */
package org.ermine.tee.supplicant.call;
