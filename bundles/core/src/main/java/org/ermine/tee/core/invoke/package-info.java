// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The path of an invocation into the driver, and the gate in front of the driver, through which all calls enter.
 *
 * <p>The package knows what is checked before a call, how arguments become parameters and back, which calls are inside,
 * and how many there were. It does not know who opened the context, nor what becomes of the context when the last call
 * has left.
 *
 * <p>An invocation without object arguments takes no lock and no memory. Its {@code CallFrame} comes from a pool,
 * belongs to the thread until the call ends, and announces where it is used. A thread that closes the gate and a thread
 * that enters see each other; the argument stands at {@link org.ermine.tee.spi.HazardSlots}.
 */
package org.ermine.tee.core.invoke;
