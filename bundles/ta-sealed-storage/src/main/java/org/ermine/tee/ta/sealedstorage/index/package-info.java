// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The index on disk: which files it has, what stands in them, which root counts, and how a new one comes to count.
 *
 * <p>Knows where nodes are written and read, in two copies, and what to say where the root that counts is not there.
 * Does not know why the index changes, nor the files of objects.
 *
 * <p>A change makes the nodes anew from the leaf to the root, and shares all others. The new ones are written together
 * to one file that holds nothing of the present index: so one change costs one write, of two copies of 28 KiB as long
 * as the tree has three levels, which is enough for all objects a store may have if their names have 40 bytes, since a
 * node keeps of each key what differs from the one before; two writes where a leaf is split. A file whose last node
 * was made anew is {@linkplain org.ermine.tee.ta.sealedstorage.index.IndexSpace spare}, and is written over next; two
 * spares are kept, others are removed after a commit, two at a time. The root names the spares, so that none is
 * forgotten by a restart; an attempt that a crash cut off was to a spare or to the lowest free number, where the next
 * one goes again. A file has {@linkplain org.ermine.tee.ta.sealedstorage.index.IndexLayout one leaf at the most and
 * one size}: so a change frees as much room as it takes.
 *
 * <p>Each file has everything twice, each copy from a multiple of 4,096 bytes on: what one copy does not yield, be it
 * damaged or not readable, comes from the other, and the next change of those nodes writes both anew. The log tells
 * operators of it. No crash is a reason for that, nor a loss of power, if the disk keeps what was forced: both copies
 * of all that a root leads to are forced before it counts, and nothing is written there for as long as it does. What a
 * crash may tear is an attempt, which nobody reads: it stands in files of which the root that counts knows nothing, or
 * which it calls spare. A second copy is not looked at as long as the first one can be read.
 *
 * <p><b>Commit.</b> Two counters in secure state, which the normal world cannot turn back, say which root counts. The
 * version of a file consists of a number that grows and of the file's own number, so that the counter says where the
 * root stands:
 *
 * <ol>
 *   <li>{@code attempted} is beyond the new version's number, which was never used before: it is advanced by 1024 at
 *       the first commit of a run of the TA, and whenever those numbers are used up;
 *   <li>the root that counts is seen to stand where it was written, so that nothing is written to a store that was
 *       exchanged; if there are many chunks, also before the first of them;
 *   <li>all chunks and the new nodes are written, in any order, and then forced to the disk;
 *   <li>{@code committed} is advanced to the new version: from now on the new root counts, and no other;
 *   <li>the chunks that nothing refers to any more are removed, or kept to be written over.
 * </ol>
 *
 * <p>A crash before 4 is done leaves the old version, after it the new one. For until then nothing was written to a
 * file that the old root, or a node or object that it leads to, stands in: new nodes go to files without any, and
 * objects to generations that no object has. And when 4 begins, all that the new root leads to is on the disk: what is
 * new was forced in 3, all else by an earlier commit. What was written and did not come to count never will: its
 * number is below those that the next run sets aside, and no root that counts has its salt. So whoever hides or
 * restores files can only make the store unreadable. A root of any other number is refused; what stands there instead
 * is told: older than the secure state, newer than it, of another device, or of a format that is not known yet.
 *
 * <p>The index is decoded once and kept as long as {@code committed} has its number; whoever asks for a list or for an
 * object's place asks no file.
 */
package org.ermine.tee.ta.sealedstorage.index;
