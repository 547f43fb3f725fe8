// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Interface of the sealed storage TA, {@value org.ermine.tee.ta.sealedstorage.SealedStorageProtocol#TA_NAME}: operation
 * numbers and results, as constants that compile into a client. All numbers are little-endian.
 *
 * <p><b>Application object</b>
 *
 * <table>
 * <caption>Operations of the application object</caption>
 * <tr><th>op</th><th>arguments</th><th>does</th></tr>
 * <tr><td>0 create</td><td>BI name; BO {u32 transfer size}; OO writer</td>
 *     <td>starts a new object, or a new version of one that exists</td></tr>
 * <tr><td>1 open</td><td>BI name; BO {u64 size, u64 created, u32 transfer size}; OO reader</td>
 *     <td>opens an object for reading: the version that is current now, even if it is replaced meanwhile</td></tr>
 * <tr><td>2 list</td><td>BI name, may be empty; BO entries</td>
 *     <td>as many objects as there is room for whose names follow {@code name}, in order: {u64 size, u64 created, u16
 *     bytes of name, name} each; none when there are no more</td></tr>
 * <tr><td>3 remove</td><td>BI name</td><td>removes an object</td></tr>
 * <tr><td>4 find</td><td>BI name; BO {u64 size, u64 created}</td><td>tells what {@code list} tells of one
 *     object</td></tr>
 * <tr><td>5 create new</td><td>as 0 create</td>
 *     <td>starts a new object where none has the name. Looked at now and again as part of the commit, which fails with
 *     EXISTS where somebody else committed such an object meanwhile: of any number of writers one succeeds</td></tr>
 * <tr><td>6 drawers</td><td>BI name of a drawer, may be empty; BO entries</td>
 *     <td>as many drawers as there is room for that the client may use, that are not empty and whose names follow: {u64
 *     objects, u64 bytes, u16 bytes of name, name} each; none when there are no more</td></tr>
 * <tr><td>7 rename</td><td>BI drawer, BI name, BI drawer, BI name</td>
 *     <td>gives an object another name, or puts it in another drawer, as one step, in the place of what is
 *         there</td></tr>
 * <tr><td>8 rename new</td><td>as 7 rename</td><td>the same where nothing is there; else it fails with EXISTS</td></tr>
 * <tr><td>16 to 21</td><td>BI drawer, then as 0 to 5</td>
 *     <td>what 0 to 5 do in the client's own drawer, in one that is named; an empty name is the client's own. {@code
 *     find} and {@code list} tell more of an object: {u64 size, u64 created, u16 bytes of name, name, u8 1 if it is
 *     bound, u16 bytes of description, description}</td></tr>
 * <tr><td>64 reset</td><td></td>
 *     <td>gives up all that is stored, in whatever state it is, and begins anew with nothing, in one step. For {@value
 *     org.ermine.tee.ta.sealedstorage.SealedStorageProtocol#KEEPER} only, as all operations from 66 on: others are
 *     answered NOT_PERMITTED</td></tr>
 * <tr><td>65 explain</td><td>BI {u32 error}; BO text</td>
 *     <td>tells in UTF-8 what there was to tell when an operation last failed with an error of what is stored: the
 *     file, what was found and what was expected, or the storage's error number. Empty if there was none. Any client
 *     may ask, and the operation that failed may have been another client's</td></tr>
 * <tr><td>66 snapshot</td><td>OO set</td>
 *     <td>all objects of all clients as they are now. They can be read as long as the set is open, whatever becomes of
 *     them meanwhile</td></tr>
 * <tr><td>67 salvage</td><td>OO set</td>
 *     <td>the objects that authentic parts of an index tell of, whatever the state of the store, and of which there are
 *     files: they may be older than the latest, or removed, and there may have been others. What is later than all
 *     that was committed, as an attempt that a crash cut off is, or all that is newer than the secure state, is there
 *     beside that as {@code NAME (not confirmed)}</td></tr>
 * <tr><td>68 look</td><td>BI key</td><td>does nothing but fail with NOT_FOUND if there is no such object, in whosever
 *     drawer</td></tr>
 * <tr><td>69 restore</td><td>BI {u16 bytes of key, key, u16 bytes of description, description, u16 bytes of
 *     association, association};
 *     BO {u32 transfer size}; OO writer</td>
 *     <td>starts an object, or a new version of one, in whosever drawer, as 0 create does in the client's</td></tr>
 * <tr><td>70 restore new</td><td>as 69 restore</td><td>likewise where there is none, as 5 create new does</td></tr>
 * </table>
 *
 * <p><b>Set of objects</b>
 *
 * <table>
 * <caption>Operations of a set</caption>
 * <tr><th>op</th><th>arguments</th><th>does</th></tr>
 * <tr><td>0 list</td><td>BI key, may be empty; BO entries</td>
 *     <td>as many objects as there is room for whose keys follow {@code key}, in order: {u64 size, u64 created, u16
 *     bytes of key, key, u16 bytes of description, description, u16 bytes of association, association} each; none when
 *     there are no more. A key is the name of a drawer, a zero byte, and the name of the object in it</td></tr>
 * <tr><td>1 open</td><td>BI key; BO {u64 size, u64 created, u32 transfer size}; OO reader</td><td>opens one of
 *     them</td></tr>
 * <tr><td>2 close</td><td></td><td>lets go of what was only kept for this set; so does releasing it</td></tr>
 * </table>
 *
 * <p><b>Writer</b>
 *
 * <table>
 * <caption>Operations of a writer</caption>
 * <tr><th>op</th><th>arguments</th><th>does</th></tr>
 * <tr><td>0 write</td><td>BI data</td><td>appends any number of bytes</td></tr>
 * <tr><td>1 commit</td><td>BO {u64 size, u64 created}</td><td>makes what was written the current version, as one
 *     step</td></tr>
 * <tr><td>2 abort</td><td></td><td>drops what was written; so does releasing a writer that did not commit</td></tr>
 * <tr><td>3 store</td><td></td>
 *     <td>stores what was sealed, until nothing is left of it: for a second thread of the client, so that one chunk is
 *     stored while the next is sealed. Nobody has to: {@code write} and {@code commit} store what nobody else
 *     does</td></tr>
 * <tr><td>4 describe</td><td>BI description</td>
 *     <td>says what is to be told of the object, at most {@value
 *     org.ermine.tee.ta.sealedstorage.SealedStorageProtocol#MAX_DESCRIPTION_BYTES} bytes with any meaning; before the
 *     commit</td></tr>
 * <tr><td>5 bind</td><td>BI associated data</td>
 *     <td>binds the object to data that is not kept: whoever reads it has to say the same; before the commit</td></tr>
 * </table>
 *
 * <p><b>Reader</b>
 *
 * <table>
 * <caption>Operations of a reader</caption>
 * <tr><th>op</th><th>arguments</th><th>does</th></tr>
 * <tr><td>0 read</td><td>BI {u64 offset}; BO data</td>
 *     <td>returns bytes from the offset on, at most to the end of their chunk; none at the end of the object. Only
 *     bytes that were authenticated are returned</td></tr>
 * <tr><td>1 close</td><td></td>
 *     <td>makes room for another writer or reader at once; releasing a reader does so too, some time later</td></tr>
 * <tr><td>2 bind</td><td>BI associated data</td>
 *     <td>says what the object is bound to; needed before the first {@code read} of one that is</td></tr>
 * <tr><td>3 fetch</td><td>BI {u64 offset}</td>
 *     <td>gets the chunk at the offset from the normal world, sealed as it is, for the {@code read} that comes: for a
 *     second thread of the client, so that one chunk is fetched while the one before it is opened. Nobody has to:
 *     {@code read} fetches what nobody else did. Of chunks that were fetched and not read yet, two are kept; where
 *     there is no room for one, nothing is done</td></tr>
 * </table>
 *
 * <p><b>Drawers.</b> Each client has a drawer of its own, by the name in its credentials, or its uid if they tell none.
 * Which others it may use the operator of the TA says; what it may not is refused with NOT_PERMITTED, and so is
 * everything to a client of which nothing is known.
 *
 * <p>A name is 1 to {@value org.ermine.tee.ta.sealedstorage.SealedStorageProtocol#MAX_NAME_BYTES} bytes of UTF-8
 * without control characters. {@code created} is in milliseconds since 1970. Transfers of the transfer size, at
 * multiples of it, are the fastest. A writer carries out one operation at a time, beside which {@code store} may go on,
 * and a reader two; they answer BUSY to a further one. A writer that could not store something answers that error from
 * then on.
 */
@Export
@Version("1.5.0")
package org.ermine.tee.ta.sealedstorage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
