// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A device: its driver, its contexts, and what all of them share.
 *
 * <p>The package knows which contexts there are, whether one more may be opened, and how to wait for their end. It does
 * not know services, which the package {@code impl} registers. A bundle sees a device by a handle of its own, which
 * closes its contexts when the bundle gives it back.
 *
 * <p>The locks of {@code Device} and {@code ContextCount} are taken alone, and nothing foreign is called while one of
 * them is held.
 */
package org.ermine.tee.core.device;
