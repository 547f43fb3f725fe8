// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A device: its driver, the contexts that are open, and what all of them share.
 *
 * <p>Knows who may open one more context, which there are, and how to wait for their end. Does not know services: the package {@code
 * impl} makes them of it. A bundle sees a device by a handle of its own, which closes its contexts when the bundle gives it back.
 *
 * <p>The locks of {@code Device} and {@code ContextCount} are taken alone, and nothing foreign is called with one of them held.
 */
package org.ermine.tee.core.device;
