// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Message buffers, which lie unused in the caches of threads and in shared lists by size, and are used again. */
package org.ermine.tee.shm.buffer;
