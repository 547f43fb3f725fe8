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
 * <p><b>The way of a call.</b> A worker enters core twice: to take the call from its context, and to run it. While core
 * makes the call it asks the workers for the object behind a name, if the call is for one. From there on nothing is
 * looked up: the frames between a worker and what it calls are these, and each is given what the next one needs.
 *
 * <table>
 * <caption>The frames of a call, the outermost first</caption>
 * <tr><td>supplicant</td><td>{@code WorkerPool} takes a turn; {@code Watchdog.carryOut} is the bracket</td></tr>
 * <tr><td>core</td><td>{@code CallbackCall.run} reads the parameters, calls the object, and sends the answer when that
 *     has returned</td></tr>
 * <tr><td>supplicant</td><td>only where a handler stands behind the object: what {@code HandlerCallback.during} made
 *     calls the handler under a lease, by {@code HandlerInvoker}</td></tr>
 * <tr><td>foreign</td><td>the callback object of a client, or the handler</td></tr>
 * </table>
 *
 * <p>So the call of a handler crosses from core back into this bundle, which the call of a client's object does not.
 * That crossing is there on purpose. What the supplicant does for a handler has to be done after the parameters were
 * read and before the answer is sent, and both of these are core's:
 *
 * <ul>
 *   <li>The lease ends before the answer is sent. QTEE may send the next request as soon as it has the answer, and the
 *       handler of a listener takes one request at a time: with a lease round all of {@code run}, that next request
 *       would be refused since the handler is busy. For the same reason requests and failures are counted before:
 *       whoever has the answer finds them counted, and does not have to wait for the handler's lease to end.
 *   <li>The lease begins when the parameters were read: a request that cannot be read neither keeps a handler from
 *       others nor waits for a successor.
 *   <li>A listener's handler is called with a message, which lies in shared memory. It is copied from and to there by
 *       the arguments of the call, which exist within {@code run} only.
 *   <li>What a handler throws is told in the handler's name, and core does not know handlers.
 * </ul>
 *
 * <p>If {@code run} were two methods, one that calls the object and one that answers, the worker would enter core three
 * times for each call, of a client's object too; and it would depend on the worker that what came with a call is given
 * back.
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
