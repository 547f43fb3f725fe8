// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The listeners that each QTEE knows, kept in step with the handlers there are.
 *
 * <p>A {@link org.ermine.tee.supplicant.listener.ListenerDevice} compares the two whenever something changed, and
 * registers what is missing, with memory that QTEE shares. QTEE calls what it knows through a {@code ListenerCallback},
 * which takes the message out of that memory and has it answered by the handler. What the TEE refuses is a {@code
 * RegistrationProblem}: listeners that wait for one cause are tried again as one, and the log is told of the cause
 * once. The pauses begin anew when permissions change and when a registration ends. An id that is in use is mostly that
 * of a predecessor, which the TEE is about to release: for a second that is no problem, and it is tried again at once.
 *
 * <p><b>Threads.</b> {@code ermine-supplicant-listeners-DEVICE} registers listeners with one device, the only thread
 * that waits for the TEE.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@code ListenerDevice}</td><td>its thread, which alone changes the context, the problems and the
 *     registrations; concurrent maps, for those who ask what is registered and what is not; volatiles: its context, and
 *     whether it is closed</td></tr>
 * <tr><td>{@code ListenerRegistration}</td><td>a volatile: whether the TEE let it go</td></tr>
 * </table>
 */
package org.ermine.tee.supplicant.listener;
