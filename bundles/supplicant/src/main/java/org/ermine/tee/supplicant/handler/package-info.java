// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Handler services of both kinds, which come and go while they are called.
 *
 * <p>{@link org.ermine.tee.supplicant.handler.HandlerRegistry} knows all services of one kind, with those that cannot
 * be used and why, by {@link org.ermine.tee.embedded.whiteboard.OfferedServices}. A {@link
 * org.ermine.tee.supplicant.handler.HandlerSlot} is the place of all handlers for one listener id or one name: a call
 * takes a lease on the best of them, in {@link org.ermine.tee.supplicant.handler.HandlerInvoker}, or waits for a
 * successor within the grace time. A handler that is unregistered ends what it does within the drain time: what its
 * calls in progress call of it, where no other handler is there, it still serves.
 *
 * <p><b>Threads.</b> Service events run on the thread of whoever registers or unregisters. {@code
 * ermine-supplicant-handlers}, at most two for a bundle, get and give back its service objects where those of all
 * bundles are treated in turn: at the start, at the end, and when permissions change.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@code OfferedServices}</td><td>a concurrent map: the known services, each replaced as a whole</td></tr>
 * <tr><td>{@code HandlerSlot}</td><td>its lock, which is taken first of all in this bundle: the handlers, and what each
 * is doing</td></tr>
 * <tr><td>{@code HandlerSlots}</td><td>its monitor: which slots there are</td></tr>
 * <tr><td>{@code SwapHistory}</td><td>its monitor, which is taken after the lock of a slot: the last swaps</td></tr>
 * </table>
 *
 * <p>No foreign code is called with one of them held: a service object is got before the slot is told of it.
 */
package org.ermine.tee.supplicant.handler;
