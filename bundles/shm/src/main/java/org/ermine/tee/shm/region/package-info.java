// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** A piece of shared memory with its reference count, and the addresses by which it is found again. */
package org.ermine.tee.shm.region;
