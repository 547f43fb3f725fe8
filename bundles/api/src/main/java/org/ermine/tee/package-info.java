// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Client API: what an application bundle uses to talk to a trusted execution environment (TEE).
 *
 * <p>A bundle gets a {@link org.ermine.tee.TeeContext} as an OSGi service (bundle or prototype scope) or opens one with
 * {@link org.ermine.tee.TeeDevice#open()}. Through the context it reaches the {@linkplain
 * org.ermine.tee.TeeContext#root() root object}, invokes {@linkplain org.ermine.tee.TeeObject objects of the TEE},
 * hosts {@linkplain org.ermine.tee.CallbackObject callback objects} and shares {@linkplain org.ermine.tee.SharedMemory
 * memory}. All of it ends with the context, and the context ends with the bundle that opened it.
 *
 * <p>Object references are unforgeable: an {@link org.ermine.tee.ObjectReference} is good in the context it belongs to
 * and in no other.
 */
@Export
@Version("2.0.0")
package org.ermine.tee;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
