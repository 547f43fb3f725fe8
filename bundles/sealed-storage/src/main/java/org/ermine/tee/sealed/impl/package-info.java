// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Client of the sealed storage TA. Owns: nothing between operations; each opens a context and closes it. Offers: {@link
 * org.ermine.tee.sealed.SealedStorage}. Needs: a QTEE's {@link org.ermine.tee.TeeDevice}, which may come and go; in the QTEE
 * the TA {@code ermine.sealedstorage}. Threads: those of its callers, and one {@code ermine-sealed-storage-N} for each sealing
 * of more than a chunk and each unsealing, which ends with it.
 */
package org.ermine.tee.sealed.impl;
