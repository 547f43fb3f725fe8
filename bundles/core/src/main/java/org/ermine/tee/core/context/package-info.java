// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A context: one open of a device, from its beginning to the last reference on it.
 *
 * <p>The package brings together what belongs to a context: its objects, its gate to the driver, its callbacks and its
 * rights. It knows in which order all that ends. It does not know the device, of which it gets the
 * {@link org.ermine.tee.core.context.DeviceParts}; the owner stands behind
 * {@link org.ermine.tee.core.context.ContextOpener}.
 *
 * <p>It takes no lock: atomics make sure that each step of a context's end is taken once.
 */
package org.ermine.tee.core.context;
