// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A direct invocation from its parameters to its result, and the callbacks that QTEE makes in its course.
 *
 * <p>Knows the steps, the buffers they need, what a client may not ask of QTEE, and the primordial object. Knows of
 * contexts what stands in {@link org.ermine.tee.qcomtee.call.CallingContext}, and of the device what stands in {@link
 * org.ermine.tee.qcomtee.call.Transport}; how these are made it does not know.
 */
package org.ermine.tee.qcomtee.call;
