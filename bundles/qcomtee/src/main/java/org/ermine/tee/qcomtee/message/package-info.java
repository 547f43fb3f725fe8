// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of the transport: where a message has what, and which of it makes sense.
 *
 * <p>Knows buffers in shared memory, parameters, numbers and sizes. Knows no objects: their names are numbers here, and
 * what they name is found out elsewhere. Shares nothing with the emulator, which reads these messages: each half reads
 * the published format for itself, so that a mistake of one is found by the other.
 *
 * <p>All of it belongs to the thread of the invocation.
 */
package org.ermine.tee.qcomtee.message;
