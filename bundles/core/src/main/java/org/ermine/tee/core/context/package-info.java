// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A context: one open of a device, from its beginning to the last reference on it.
 *
 * <p>Brings together what belongs to it, its objects, its gate to the driver, its callbacks and its rights, and knows in which order
 * all that ends. Does not know its device, of which it gets the {@link org.ermine.tee.core.context.DeviceParts}; whom it belongs to
 * stands behind {@link org.ermine.tee.core.context.ContextOpener}.
 *
 * <p>It takes no lock: atomics say that each step of its end is taken once.
 */
package org.ermine.tee.core.context;
