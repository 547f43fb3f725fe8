// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The contents of objects: chunks, the files that they are appended to, and the queue of those that are sealed and not
 * stored yet.
 *
 * <p>Knows where each chunk of a version stands, and in which order files are begun and removed. Does not know the
 * name of an object, nor whether a version counts.
 *
 * <p>All chunks but an object's last have the same size, so a chunk stands at a known offset; a {@linkplain
 * org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles segment} ends where the next chunk would exceed 1 GiB. Files are
 * forced to the disk when it matters and not with each chunk: a loss of power may take away, tear or bring back
 * whatever was done to DATA files since the last PERSIST operation. A PERSIST operation that removes a file that never
 * is there forces them all.
 *
 * <p>In a writer one thread may seal while another stores, with a {@linkplain
 * org.ermine.tee.ta.sealedstorage.chunks.ChunkQueue queue} between them.
 */
package org.ermine.tee.ta.sealedstorage.chunks;
