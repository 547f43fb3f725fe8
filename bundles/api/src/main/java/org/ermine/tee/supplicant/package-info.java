// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Handler API: what a third party implements to serve the TEE.
 *
 * <p>There are two kinds of handler, both plain OSGi services that may come, go and be replaced at any time:
 *
 * <ul>
 * <li>{@link org.ermine.tee.supplicant.ListenerHandler}, declared with {@link org.ermine.tee.supplicant.TeeListener},
 *     for what the TEE asks the normal world for by a listener id;
 * <li>{@link org.ermine.tee.CallbackObject}, declared with {@link org.ermine.tee.supplicant.TeeCallback}, for callback
 *     objects that clients ask for by name.
 * </ul>
 *
 * <p>New requests go to the handler with the highest ranking; those in progress end where they began. A handler that
 * goes may end its work within the drain time; requests that wait are kept for a successor during the grace time.
 */
@Export
@Version("1.0.0")
package org.ermine.tee.supplicant;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
