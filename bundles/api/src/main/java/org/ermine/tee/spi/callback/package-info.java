// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The seam between core and the supplicant, which serves callbacks: calls of the TEE on their way to a thread that runs
 * them.
 *
 * <ul>
 * <li>{@link org.ermine.tee.spi.callback.CallbackWorkers}: the threads, for which sources wait in a
 *     {@link org.ermine.tee.spi.callback.SourceLine};
 * <li>{@link org.ermine.tee.spi.callback.CallbackSource}: a context, from which they take a
 *     {@link org.ermine.tee.spi.callback.CallbackCall};
 * <li>{@link org.ermine.tee.spi.callback.CallbackThread}: what such a thread does at present.
 * </ul>
 *
 * <p>The package is only for bundles of Ermine, which are released together. Neither backends nor handlers need it, and
 * it changes as these bundles need.
 */
@Export
@Version("1.0.0")
package org.ermine.tee.spi.callback;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
