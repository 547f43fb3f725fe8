// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The sealed storage TA. Owns: the index, the keys and the open readers and writers. Offers: a {@link
 * org.ermine.tee.trusted.TrustedApplication}. Needs: no service; files through listener 0x7000 (GlobalPlatform file
 * storage), keys and counters from its {@link org.ermine.tee.trusted.TrustedEnvironment}. Threads: those of its
 * clients; at most one of them holds the {@linkplain org.ermine.tee.ta.sealedstorage.store.Store store's} turn.
 *
 * <p>Packages, each of which needs only those before it: {@code attributes} and {@code drawers}; {@code versions},
 * {@code files} and {@code blocks}, what is counted, kept and sealed; {@code tree}, the index as such; {@code former},
 * that of format 1; {@code index}, the index on disk; {@code chunks}, {@code generations} and {@code remains}, the
 * files of objects; {@code store}, which puts these together; and this one, what clients ask for, and how the TA is
 * started and configured.
 *
 * <p><b>Layers.</b> The {@linkplain org.ermine.tee.ta.sealedstorage.store.Store store} keeps contents under keys, so
 * that they count or do not as a whole, and does not know what a name is. Whose a key is, who may use it and how much
 * there may be is what {@link org.ermine.tee.ta.sealedstorage.drawers} is about. What clients ask for stands above
 * both: {@link org.ermine.tee.ta.sealedstorage.impl.ApplicationObject}, and the reader and writer that it hands out.
 * Whoever invokes is looked at for each of its operations, and not by readers and writers, which are used by whom they
 * were given to, as open files are.
 *
 * <p>A service that uses keys and never gives them away could stand beside that object. It would keep its keys in the
 * same store, in drawers whose names begin with a word of its own and a slash, which no client can name, whatever the
 * rules say; tell the kind of a key in the object's description; bind it to what it may be used for; and count it for
 * the quota of its drawer. It would need a way to have a content read into memory of the TA, which today only a reader
 * has.
 *
 * <p><b>On disk.</b> What is stored are {@linkplain org.ermine.tee.ta.sealedstorage.blocks.Block blocks}: header,
 * AES-256-GCM ciphertext, tag.
 *
 * <pre>
 * ermine.sealed-index-(number)              DATA      nodes of the index, twice; the number is hexadecimal
 * ermine.sealed-(generation).(segment)      DATA      chunks of an object's version, appended; both numbers hexadecimal
 * ermine.sealed-reserve                     PERSIST   nothing but room: no content that matters
 * ermine.sealed-index.0, .1                 PERSIST   the index in the former format, one block, one of two, only read
 * </pre>
 *
 * <p><b>Requests.</b> An object of one chunk is read with one request. Sealed it is with four: the look of step 2 of a
 * {@linkplain org.ermine.tee.ta.sealedstorage.index commit}, the chunk, the nodes, and the force; also where it
 * replaces another, if both are small, which is what has 4,000 bytes at the most, or if it is no shorter than that. One
 * more removes a larger file that is not kept. An object is removed with four: the look, the nodes, the force, and the
 * removal of the chunk; up to two more if files of the index become superfluous. What is forced to the disk is the
 * chunk, the nodes, the names of both, and the counter, which an emulated device writes in place: one force each.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.store.Store}: the turn, a fair semaphore and no lock</td>
 *     <td>the index and its files, their versions and spares, the reserve, what is searched for and removed, the
 *         message for all of that, and whether the last commit is settled. Held while the normal world is asked for
 *         files; waited for 60 s at the most</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.generations.Generations}: {@code this}</td>
 *     <td>who writes, who reads, what each has written, which generations are discarded, suspected or spare. Neither
 *         is the normal world asked for anything under it, nor the log told</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.chunks.ChunkQueue}: its lock</td>
 *     <td>which chunks wait, which messages are free, whether a thread stores, and why nothing can be stored any more.
 *         Not held while a chunk is stored; waited under for 60 s at the most</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.store.ObjectWriter}: {@code busy}</td>
 *     <td>what is open of one object. Nobody waits: a second operation is answered BUSY, but for {@code store}, which
 *         asks the queue</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.store.ObjectReader}: {@code this}</td>
 *     <td>which of its two chunks no operation uses, and whether it is closed. A chunk in use belongs to its operation,
 *         and what was fetched into it waits there to be opened. Nobody waits: a third operation is answered BUSY. Not
 *         held while a chunk is fetched or opened</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.store.StoredSet}, {@link
 *     org.ermine.tee.ta.sealedstorage.store.LastFailures}</td>
 *     <td>no lock: whether a set is closed is atomic, the texts are in a concurrent map</td></tr>
 * <tr><td>{@link org.ermine.tee.ta.sealedstorage.impl.SealedStorageApplication}</td>
 *     <td>no lock: what holds for clients is one volatile value</td></tr>
 * </table>
 */
package org.ermine.tee.ta.sealedstorage.impl;
