// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of the transport: where a message has what, and which of it makes sense.
 *
 * <p>Knows buffers in shared memory, numbers and sizes. Knows no objects: ids are numbers here, and what they name is
 * found out elsewhere. Shares nothing with the driver that writes these messages: each half reads the published format
 * for itself, so that a mistake of one is found by the other.
 *
 * <p>The monitor of {@link org.ermine.tee.qtee.emulator.message.AsyncReleases} guards the ids that are to be announced;
 * nothing is called with it held. All else belongs to the thread of a call.
 */
package org.ermine.tee.qtee.emulator.message;
