// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The way of an invocation into the driver, and the gate in front of the driver, through which everything goes in.
 *
 * <p>Knows what is checked before a call, how arguments become parameters and back, who is inside and how often that was. Does not know
 * who opened the context, nor what becomes of it when the last call has left.
 *
 * <p>An invocation without object arguments takes no lock and no memory: its {@code CallFrame} comes from a pool, belongs to the thread
 * meanwhile, and announces where it is used. Who closes the gate and who comes to it see each other; the argument stands at {@link
 * org.ermine.tee.spi.HazardSlots}.
 */
package org.ermine.tee.core.invoke;
