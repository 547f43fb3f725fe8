// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The store: contents under keys, so that each counts or does not as a whole, and who reads, writes and keeps them.
 *
 * <p>Knows in which order the index, the chunks and the counters change, who may have a turn at that, what to do when
 * a step fails, and what concerns all of the store, which is only for whoever keeps it. Does not know which client may
 * use which drawer: it is given keys by whoever looked at that before. Of drawers it knows only how much may be in
 * each.
 *
 * <p><b>Begun anew.</b> Who keeps the store may give up all of it, whatever it is by then. That is one step of {@code
 * committed}, to a number beyond all that were set aside, that count or that are found in authentic parts of an index,
 * with a file's number that no file has: it says that the store is empty, and no file is needed for that. So before
 * that step nothing has changed, after it nothing of what is stored counts, then or later, and it takes no room. The
 * generations of a store that was begun anew follow from that number and are beyond those of the old one, so that what
 * is left of it is in nobody's way. {@linkplain org.ermine.tee.ta.sealedstorage.remains.RemainsSearch What is left} is
 * looked for, as no index tells: files of the index by their numbers, objects by whatever authentic node tells of them
 * and by their generations from 0 on. It is removed after that step, or after a crash before the first object is
 * sealed.
 *
 * <p><b>Limits.</b> A store has 262,144 objects at most; one more is refused before anything of it is written. The
 * index is kept in memory: some 250 bytes for each object with a name of 40 bytes. A removal makes nothing larger but
 * the list of generations whose files are to be removed, for which there is room: of more than 8,192 of them, which
 * there are only where the storage refuses to remove files, the rest stay on the disk. Nor does a removal need room on
 * the disk: a {@linkplain org.ermine.tee.ta.sealedstorage.store.Reserve reserve} of as much as it takes to write the
 * largest file of the index is made before the first object is sealed, and is given up for the removal. This helps as
 * far as persistent files and, on an emulated device, the secure state are on one disk, and nobody else takes the room
 * first.
 */
package org.ermine.tee.ta.sealedstorage.store;
