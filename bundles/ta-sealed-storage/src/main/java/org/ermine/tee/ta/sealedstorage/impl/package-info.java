// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The sealed storage TA. Owns: the index, the keys and the open readers and writers. Offers: a {@link
 * org.ermine.tee.trusted.TrustedApplication}. Needs: no service; files through listener 0x7000 (GlobalPlatform file storage),
 * keys and counters from its {@link org.ermine.tee.trusted.TrustedEnvironment}. Threads: those of its clients; at most one
 * of them holds the {@linkplain org.ermine.tee.ta.sealedstorage.impl.Store store's} turn. In a writer one may seal while another
 * stores, with a {@linkplain org.ermine.tee.ta.sealedstorage.impl.ChunkQueue queue} between them.
 *
 * <p><b>Layers.</b> The {@linkplain org.ermine.tee.ta.sealedstorage.impl.Store store} keeps contents under keys, so that they count or do
 * not as a whole, and knows neither clients nor what a name is. Whose a key is, who may use it and how much there may be is what {@link
 * org.ermine.tee.ta.sealedstorage.drawers} is about. What clients ask for stands above both: {@link
 * org.ermine.tee.ta.sealedstorage.impl.ApplicationObject}, and the reader and writer that it hands out. Whoever invokes is looked at for
 * each of its operations, and not by readers and writers, which are used by whom they were given to, as open files are.
 *
 * <p>A service that uses keys and never gives them away could stand beside that object. It would keep its keys in the same store, in
 * drawers whose names begin with a word of its own and a slash, which no client can name, whatever the rules say; tell the kind of a key
 * in the object's description; bind it to what it may be used for; and count it for the quota of its drawer. It would need a way to
 * have a content read into memory of the TA, which today only a reader has.
 *
 * <p><b>On disk.</b> What is stored are {@linkplain org.ermine.tee.ta.sealedstorage.impl.Block blocks}: header, AES-256-GCM
 * ciphertext, tag.
 *
 * <pre>
 * ermine.sealed-index-(number)              DATA      nodes of the index, twice; the number is hexadecimal
 * ermine.sealed-(generation).(segment)      DATA      chunks of an object's version, appended; both numbers hexadecimal
 * ermine.sealed-reserve                     PERSIST   nothing but room: no content that matters
 * ermine.sealed-index.0, .1                 PERSIST   the index in the former format, one block, in one of two slots: only read
 * </pre>
 *
 * <p>All chunks but an object's last have the same size, so a chunk stands at a known offset; a {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.SegmentFiles segment} ends where the next chunk would exceed 1 GiB. Files are forced to
 * the disk when it matters and not with each chunk: a loss of power may take away, tear or bring back whatever was done to DATA
 * files since the last PERSIST operation. A PERSIST operation that removes a file that never is there forces them all.
 *
 * <p>The header says which object, generation and chunk the block is, is authenticated with the block, and is what tells an
 * exchanged file or one of an older version from one that was changed. Each object version has its own random salt and so its
 * own key; the chunk number is the nonce, so no nonce is used twice with a key, whatever crashes.
 *
 * <p><b>Index.</b> The index maps keys to object versions; a key is the name of a {@linkplain
 * org.ermine.tee.ta.sealedstorage.drawers.Drawer drawer} and that of an object in it. It is a B-tree: {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.IndexLeaf leaves} with entries, {@linkplain org.ermine.tee.ta.sealedstorage.impl.IndexBranch
 * branches} with nodes, each of 8 KiB at the most. A node is a block. A branch names the nodes below it by the file, the salt and
 * the number of the block; no other block was ever sealed with that salt and number, so whoever has the root has all of the tree
 * or knows what is missing. The root is the topmost node with what belongs to the index as a whole.
 *
 * <p>A change makes the nodes anew from the leaf to the root, and shares all others. The new ones are written together to one file
 * that holds nothing of the present index: so one change costs one write, of two copies of 28 KiB as long as the tree has three
 * levels, which is enough for all objects a store may have if their names have 40 bytes, since a node keeps of each key what differs from the one
 * before; two writes where a leaf is split. A file
 * whose last node was made anew is {@linkplain org.ermine.tee.ta.sealedstorage.impl.IndexSpace spare}, and is written over next; two spares are kept, others are removed
 * after a commit, two at a time. The root names the spares, so that none is forgotten by a restart; an attempt that a crash cut off
 * was to a spare or to the lowest free number, where the next one goes again. A file has {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.IndexLayout one leaf at the most and one size}: so a change frees as much room as it takes.
 *
 * <p>Each file has everything twice, each copy from a multiple of 4,096 bytes on: what one copy does not yield, be it damaged or not
 * readable, comes from the other, and the next change of those nodes writes both anew.
 *
 * <p><b>Commit.</b> Two counters in secure state, which the normal world cannot turn back, say which root counts. The version of a
 * file consists of a number that grows and of the file's own number, so that the counter says where the root stands:
 *
 * <ol>
 *   <li>{@code attempted} is beyond the new version's number, which was never used before: it is advanced by 1024 at the first
 *       commit of a run of the TA, and whenever those numbers are used up;
 *   <li>the root that counts is seen to stand where it was written, so that nothing is written to a store that was exchanged;
 *       if there are many chunks, also before the first of them;
 *   <li>all chunks and the new nodes are written, in any order, and then forced to the disk;
 *   <li>{@code committed} is advanced to the new version: from now on the new root counts, and no other;
 *   <li>the chunks that nothing refers to any more are removed, or kept to be written over.
 * </ol>
 *
 * <p>A crash before 4 is done leaves the old version, after it the new one. For until then nothing was written to a file that the old
 * root, or a node or object that it leads to, stands in: new nodes go to files without any, and objects to generations that no object has.
 * And when 4 begins, all that the new root leads to is on the disk: what is new was forced in 3, all else by an earlier commit. What
 * was written and did not come to count never will: its number is below those that the next run sets aside, and no root that counts
 * has its salt. So whoever hides or restores files can only make the store unreadable. A root of any other number is refused; what
 * stands there instead is told: older than the secure state, newer than it, of another device, or of a format that is not known yet.
 *
 * <p>The index is decoded once and kept as long as {@code committed} has its number; who asks for a list or for an object's place
 * asks no file. An object of one chunk is read with one request. Sealed it is with four: the look of step 2, the chunk, the nodes,
 * and the force, also where it replaces another, as long as it is no shorter than that. Removed it is with four: the look, the nodes, the force,
 * and the removal of the chunk; up to two more if files of the index become superfluous. What is forced to the disk is the chunk, the
 * nodes, the names of both, and the counter, which an emulated device writes in place: one force each.
 *
 * <p><b>Spare files.</b> The file of an object of one chunk that was replaced is kept, where it has 64 KiB at the most, and what is sealed
 * next in one chunk is written over it, unless it is shorter: a file ends with what was written last. Up to {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.SpareGenerations eight} are kept, the shortest; one more is removed, with one request more. Such a
 * generation is among those that the index names as not used, and that are removed after a restart; it is taken only while nobody reads
 * what it was. Its number becomes that of the new version, whose salt is another one, so that nothing that was sealed is taken for it. What is removed
 * by its name leaves no file. When a writer is given up, a commit fails, or a removal finds the disk full, none is kept.
 *
 * <p><b>Begun anew.</b> Who keeps the store may give up all of it, whatever it is by then. That is one step of {@code committed}, to a
 * number beyond all that were set aside, that count or that are found in authentic parts of an index, with a file's number that no file
 * has: it says that the store is empty, and no file is needed for that. So before that step nothing has changed, after it nothing of
 * what is stored counts, then or later, and it takes no room. The generations of a store that was begun anew follow from that number
 * and are beyond those of the old one, so that what is left of it is in nobody's way. {@linkplain
 * org.ermine.tee.ta.sealedstorage.impl.RemainsSearch What is left} is looked for, as no index tells: files of the index by their numbers,
 * objects by whatever authentic node tells of them and by their generations from 0 on. It is removed after that step, or after a crash
 * before the first object is sealed.
 *
 * <p><b>Former formats.</b> An index of format 1 was one block, written as a whole. It is read for as long as nothing counts in the
 * present format. The first change writes all its entries as a tree, in as many files as that takes, and is a commit as any other: the
 * former files stay what they are until it is done. Then the counter of the former format is advanced, so that its index is void for
 * who knows no other, and the files are removed; what a crash leaves of that, the next commit does.
 * Chunks of format 1 differ in their headers only and stay as they are. The conversion takes 56 KiB for eighty objects with names of 40
 * bytes; where the disk has no room for that, a removal gives up the reserve for it, which is enough for eight hundred. A larger store
 * on a full disk can be read, and objects can be removed when somebody made room.
 *
 * <p>Format 2 had a tree as well, of names without drawers. Its nodes are read as what they are in the present format: objects of the
 * common drawer. A change writes the nodes that it makes anew in the present format, and leaves all others as they are, so there may be
 * nodes of both in a tree.
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
 * power brings back are among the former: the next commit forces their removal before an index counts that does not name them
 * any more.
 *
 * <p><b>Limits.</b> A store has 262,144 objects at most; one more is refused before anything of it is written. The index is kept in
 * memory: some 250 bytes for each object with a name of 40 bytes. A removal makes nothing larger but the list of generations whose
 * files are to be removed, for which there is room: of more than 8,192 of them, which there are only where the storage refuses to
 * remove files, the rest stay on the disk. Nor does a removal need room on the disk: a
 * {@linkplain org.ermine.tee.ta.sealedstorage.impl.Reserve reserve} of as much as it takes to write the largest file of the index is made
 * before the first object is sealed, and is given up for the removal. This helps as far as persistent files and, on an emulated
 * device, the secure state are on one disk, and nobody else takes the room first.
 */
package org.ermine.tee.ta.sealedstorage.impl;
