// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The sealed storage TA. Owns: the index, the keys and the open readers and writers. Offers: a {@link
 * org.ermine.tee.trusted.TrustedApplication}. Needs: no service; files through listener 0x7000 (GlobalPlatform file storage),
 * keys and counters from its {@link org.ermine.tee.trusted.TrustedEnvironment}. Threads: those of its clients; at most one
 * of them holds the {@linkplain org.ermine.tee.ta.sealedstorage.impl.Store store's} turn. In a writer one may seal while another
 * stores, with a {@linkplain org.ermine.tee.ta.sealedstorage.impl.ChunkQueue queue} between them.
 *
 * <p><b>On disk.</b> What is stored are {@linkplain org.ermine.tee.ta.sealedstorage.impl.Block blocks}: header, AES-256-GCM
 * ciphertext, tag.
 *
 * <pre>
 * ermine.sealed-index.0, .1                 PERSIST   the index, one block, in one of two slots
 * ermine.sealed-reserve                     PERSIST   nothing but room: no content that matters
 * ermine.sealed-(generation).(segment)      DATA      chunks of an object's version, appended; both numbers hexadecimal
 * </pre>
 *
 * <p>All chunks but an object's last have the same size, so a chunk stands at a known offset; a {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.SegmentFiles segment} ends where the next chunk would exceed 1 GiB. Files are forced to
 * the disk when it matters and not with each chunk: a loss of power may take away, tear or bring back whatever was done to DATA
 * files since the last PERSIST operation. No index refers to such a file, because writing the index is itself a PERSIST
 * operation: what the index refers to is on the disk before the index is. The file storage writes the index atomically.
 *
 * <p>The header says which object, generation and chunk the block is, is authenticated with the block, and is what tells an
 * exchanged file or one of an older version from one that was changed. Each object version has its own random salt and so its
 * own key; the chunk number is the nonce, so no nonce is used twice with a key, whatever crashes.
 *
 * <p><b>Commit.</b> The index maps names to object versions and carries a version number of its own. Two counters in secure
 * state, which the normal world cannot turn back, say which version counts:
 *
 * <ol>
 *   <li>{@code attempted} is beyond the new version's number, which was never used before: it is advanced by 1024 at the first
 *       commit of a run of the TA, and whenever those numbers are used up;
 *   <li>the slot that counts is seen to hold what was written there, so that nothing is written to a store that was exchanged;
 *       if there are many chunks, also before the first of them;
 *   <li>all chunks are forced to the disk, then the index is written over what the other slot holds;
 *   <li>{@code committed} is advanced to the same number: from now on the new version counts, and no other;
 *   <li>the chunks that nothing refers to any more are removed.
 * </ol>
 *
 * <p>A crash before 4 is done leaves the old version, after it the new one. What was written and did not come to count never
 * will: its number is below those that the next run sets aside. So whoever hides or restores index files can only make the store
 * unreadable. An index of any other number is refused.
 *
 * <p>What counts is decoded once and kept as long as {@code committed} has its number; who asks for a list or for an object's
 * place asks no file. An object of one chunk is read with one request, and sealed or removed with four at the most: the look of
 * step 2, the chunk, the index, and the removal of what was replaced. What is forced to the disk is the chunk, the index and the
 * counter, each with its name.
 *
 * <p>The number of a generation that came to nothing is given out again. A writer or reader therefore holds a {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.Generations.Use use} of its own, and its release, which may come at any time, ends that use
 * and no other.
 *
 * <p>Of the readers and writers that may be open a client, which is told by the credentials it registered with, may have as many as
 * it leaves free: so one client has half of them at the most, a second one half of the rest, and it takes many to keep another out.
 *
 * <p>Chunks that no index refers to, left behind by a crash or an abandoned writer, are found again because generations are
 * numbers: the index names those below its next generation that were being written or removed when it was made, and all others
 * are the next ones after it, which are searched before the first object of a run is written. Removed segments that a loss of
 * power brings back are among the former: the next commit forces their removal before it writes an index that does not name them
 * any more.
 *
 * <p><b>Limits.</b> The index has 511,903 bytes at most: 5,018 objects with names of 40 bytes, 1,614 with names of 255. An object
 * for which it has no room is refused before anything of it is written. A removal needs no room, whatever the index holds: in the
 * place of the object's entry stands its generation, which is shorter, and no other is added. Nor does it need room on the disk: a
 * {@linkplain org.ermine.tee.ta.sealedstorage.impl.Reserve reserve} of as much as it takes to write the largest index is made
 * before the first object is sealed, and is given up for the removal. This helps as far as persistent files and, on an emulated
 * device, the secure state are on one disk, and nobody else takes the room first.
 */
package org.ermine.tee.ta.sealedstorage.impl;
