// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that can stand as an object argument of an invocation. {@code null} stands for the NULL object.
 *
 * <p>On the normal world's side these are {@link TeeObject} (hosted by the TEE), {@link CallbackObject} (hosted by a
 * bundle) and {@link SharedMemory} (a memory object). The trusted side of an emulated TEE has kinds of its own; neither
 * side accepts the other's.
 */
@ConsumerType
public interface ObjectReference {}
