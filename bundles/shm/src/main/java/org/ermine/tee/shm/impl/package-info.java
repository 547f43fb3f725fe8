// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The shared-memory manager: pools, ids, reference counts and registered buffers.
 *
 * <p>Owns the memory that both worlds see. Runs no thread of its own.
 */
package org.ermine.tee.shm.impl;
