// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * One invocation in the secure world from its message to its answer, and the callbacks in its course.
 *
 * <p>Knows the thread that carries it out, the arguments as trusted code sees them, and which objects are lent and held
 * meanwhile. Does not know what it invokes: services and applications are trusted objects like others.
 *
 * <p>The steps have the names that the driver in Linux gives them, seen from the other side. For a direct invocation,
 * which the driver begins by preparing the message and ends by updating its arguments, {@link
 * org.ermine.tee.qtee.emulator.call.TrustedCall} does what lies between: {@code prepareArguments} shows the object that
 * is invoked what the message has, and {@code updateMessage} writes its answer back. A callback begins here: {@code
 * OutgoingCallback} does {@code prepareMessage} with the arguments of the caller, the normal world prepares arguments
 * of its own and updates the message, and {@code updateArguments} reads that. The driver has the same four steps, but
 * no class of theirs is shared: each half follows the published format by itself.
 *
 * <p>Private memory of arguments is used again without being cleared, but never for another client or another domain:
 * what one of them left there, or kept a view of, shows the others nothing.
 *
 * <p>A {@link org.ermine.tee.qtee.emulator.call.TrustedCall} and all that is in it belongs to the thread that owns it,
 * but for what others hand it: that is guarded by its monitor, which is taken within that of a hosted object. The
 * monitor of the {@link org.ermine.tee.qtee.emulator.call.CallPool} guards the making of calls and the growth of their
 * table; to enter and to leave takes none.
 */
package org.ermine.tee.qtee.emulator.call;
