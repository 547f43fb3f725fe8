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
 * <p>A worker enters core twice for each call: {@code CallbackSource.next} takes it, and {@code CallbackCall.run} calls
 * the object, answers, and gives back what came with the call. In between the worker has an object that it can fail, by
 * any thread and at any time, and of which it knows the target, the operation and the owner.
 *
 * <p>The package is only for bundles of Ermine, which are released together. Neither backends nor handlers need it, and
 * it changes as these bundles need.
 */
@Export
@Version("1.0.0")
package org.ermine.tee.spi.callback;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
