// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The index of format 1: in which files it stood, which of them counted, and what it says.
 *
 * <p>Knows how to read it, how to make an index of the present format of it, and how to clear it away. Does not write
 * it, and does not know how the present format is stored.
 *
 * <p>An index of format 1 was one block, written as a whole. It is read for as long as nothing counts in the present
 * format. The first change writes all its entries as a tree, in as many files as that takes, and is a commit as any
 * other: the former files stay what they are until it is done. Then the counter of the former format is advanced, so
 * that its index is void for whoever knows no other, and the files are removed; what a crash leaves of that, the next
 * commit does. Chunks of format 1 differ in their headers only and stay as they are. The conversion takes 56 KiB for
 * eighty objects with names of 40 bytes; where the disk has no room for that, a removal gives up the reserve for it,
 * which is enough for eight hundred. A larger store on a full disk can be read, and objects can be removed when
 * somebody made room.
 */
package org.ermine.tee.ta.sealedstorage.former;
