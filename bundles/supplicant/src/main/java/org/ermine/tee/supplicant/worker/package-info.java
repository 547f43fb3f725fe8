// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The threads that serve callbacks, and the turns that are announced to them.
 *
 * <p>A thread of the {@link org.ermine.tee.supplicant.worker.WorkerPool} takes the next call of a context that has a
 * turn due, and has the watchdog carry it out: two crossings into core, one to take the call and one to run it. See
 * {@link org.ermine.tee.supplicant.call} for the whole way of a call.
 *
 * <ul>
 *   <li>A turn is announced under the pool's lock, or handed without one to the worker that looks out for it: {@code
 *       Lookout}. No turn is announced and left while a worker looks out.
 *   <li>{@code Shares} counts the threads that wait for a bundle or are held by its callbacks: when a bundle has used
 *       up its share, its calls alone are refused. {@code Turns} bounds those that are at work for one bundle, because
 *       its context or one of its handlers is called: further calls wait, up to a fixed number for each bundle, and are
 *       refused beyond that. While turns wait, workers in slow calls are lent too, and so threads are added by need.
 *   <li>A worker that is broken off between two turns, for want of memory, is reported and replaced: it does not count
 *       any more, and the turn that it had is its bundle's again.
 *   <li>The end has two phases. In the first no call is begun but those for which one in progress waits, which its own
 *       thread serves. In the second what has not ended within the drain time fails, and so does all that its threads
 *       still begin.
 * </ul>
 *
 * <p><b>Threads.</b> {@code ermine-supplicant-worker-N}: run handlers and the callback objects of clients.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@code WorkerPool}</td><td>its lock: which threads there are, and which of them are active, idle or lent;
 *     {@code Turns}, {@code Shares}, and whose turn a {@code Worker} has. A volatile that is written with the lock
 *     held: whether the pool ends</td></tr>
 * <tr><td>{@code Lookout}</td><td>an atomic: who looks out, and the turn that was handed over</td></tr>
 * <tr><td>{@code Postponed}</td><td>a concurrent queue: the calls that wait for a turn of the bundle that they
 * reach</td></tr>
 * </table>
 *
 * <p>The pool's lock is taken after the monitor of a thread, and given up before a worker is woken. Neither a context
 * nor foreign code is called with it held.
 */
package org.ermine.tee.supplicant.worker;
