// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects of the normal world, as the secure world refers to them, and the memory that they map.
 *
 * <p>Knows handles, the references of domains to them, and when the normal world must be told that one is let go of.
 * Does not know how a callback is sent: that stands behind {@link org.ermine.tee.qtee.emulator.normalworld.Callbacks}.
 * Nor does it know what a callback is about.
 *
 * <p>Holds no lock: handles count by atomics, and each reference is closed once.
 */
package org.ermine.tee.qtee.emulator.normalworld;
