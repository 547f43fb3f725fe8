// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Where memory comes from and how it goes back to the JVM, in whole pages. Knows nothing of regions. */
package org.ermine.tee.shm.backing;
