// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Which files of objects are in use. A generation is the number of one version of an object, by which its files are
 * called.
 *
 * <p>Knows who writes and who reads a generation, how many a client may have open and how much room a drawer has left
 * for what is being written, and which generations nobody needs, so that their files are removed or written over. Does
 * not know what is in the files, nor the index: it is told what comes and goes.
 *
 * <p>The number of a generation that came to nothing is given out again. A writer or reader therefore holds a
 * {@linkplain org.ermine.tee.ta.sealedstorage.generations.Generations.Use use} of its own, and its release, which may
 * come at any time, ends that use and no other.
 *
 * <p>Of the readers and writers that may be open a client, which is told by the credentials it registered with, may
 * have as many as it leaves free: so one client has half of them at the most, a second one half of the rest, and it
 * takes many to keep another out.
 *
 * <p>Chunks that no index refers to, left behind by a crash or an abandoned writer, are found again because
 * generations are numbers: the index names those below its next generation that were being written or removed when it
 * was made, and all others are the next ones after it, which are searched when a run of the TA loads the index first.
 * Removed segments that a loss of power brings back are among the former: the next commit forces their removal before
 * an index counts that does not name them any more.
 *
 * <p><b>Spare files.</b> The file of an object of one chunk that was replaced is kept, where it has 64 KiB at the
 * most, and what is sealed next in one chunk is written over it, unless it is shorter: a file ends with what was
 * written last. All files of small objects have {@linkplain org.ermine.tee.ta.sealedstorage.blocks.Block#LEAST_FILE one
 * size}, so each fits for any other, and whoever replaces a small object by a small one removes nothing. Of larger ones
 * {@linkplain org.ermine.tee.ta.sealedstorage.generations.SpareGenerations eight} are kept, the shortest; one more is
 * removed, with one request more. Such a generation is among those that the index names as not used, and that are
 * removed after a restart; it is taken only while nobody reads what it was. Its number becomes that of the new version,
 * whose salt is another one, so that nothing that was sealed is taken for it. What is removed by its name leaves no
 * file. When a writer is given up, a commit fails, or a removal finds the disk full, none is kept.
 */
package org.ermine.tee.ta.sealedstorage.generations;
