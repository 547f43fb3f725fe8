// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Memory objects: their ids, and who has how many of them and of their bytes. */
package org.ermine.tee.shm.object;
