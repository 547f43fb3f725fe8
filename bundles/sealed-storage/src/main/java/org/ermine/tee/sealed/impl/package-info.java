// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Client of the sealed storage TA. Owns: a connection of each bundle to the TA, which is kept until the bundle has
 * not used it for {@code idleMillis}, and what each bundle has open of the TA's objects. Offers: {@link
 * org.ermine.tee.sealed.SealedStorage} and {@link org.ermine.tee.sealed.SealedStorageAdmin}, an instance of each
 * for each bundle. Needs: a QTEE's {@link org.ermine.tee.TeeDevice}, which may come and go; in the QTEE the TA
 * {@code ermine.sealedstorage}. Threads: those of its callers; {@code ermine-sealed-storage-assistant}, one for each
 * sealing, and unsealing into a file, of more than a chunk, which ends with it; and from the first operation on {@code
 * ermine-sealed-storage-idle}, which closes idle connections.
 *
 * <p>Packages, each of which needs only those before it: {@code protocol}, {@code devices} and {@code archive}; {@code
 * limit} and {@code failure}; {@code object}, what one operation asks of the TA; {@code lifecycle}, what is open and
 * how it ends; {@code connection}, the way to the TA; {@code stream}, {@code file} and {@code backup}; and this one,
 * the services that put them together.
 *
 * <p>A bundle's connection is made with the {@linkplain org.ermine.tee.sealed.devices.DeviceService device as that
 * bundle has it}. So the context belongs to the bundle, ends with it, is checked by the bundle's own permissions, and
 * registers with the TEE under the identity that core made of the bundle: by that the TA knows whose drawer is meant.
 * Nothing in this bundle could say otherwise, and nothing in it keeps one bundle from another's objects; the TA does.
 *
 * <p>A connection is asked whether it still leads to the TA before an operation uses it: so an operation does not fail
 * since the TA or the device was replaced, or the right to it was withdrawn and given back, while nothing was going on.
 * What goes while an operation is under way ends it, and the operation says so.
 *
 * <p>A stream holds a session, and with it the connection, an object of the TA and a place in its bundle's share, until
 * it ends: by its user, with its bundle or device, or when nobody refers to it any more. One that is written holds
 * nothing of the TEE's before it has a whole chunk. {@link org.ermine.tee.sealed.lifecycle.OpenStreams} knows all of
 * them. Whoever ends one does not wait for a thread that is in it; that one gives up what the stream holds when it is
 * done. Whoever ends it in its user's place asks the TEE for nothing, which may take long: the TA hears of it by the
 * release of its object.
 *
 * <p>Content is wiped from each buffer of this bundle when the operation or stream that used it has ended.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@link org.ermine.tee.sealed.connection.ConnectionKeeper}: {@code this}</td>
 *     <td>which connections are kept, who uses them, since when they are idle. The TEE is not asked for anything under
 *     it</td></tr>
 * <tr><td>{@link org.ermine.tee.sealed.limit.Places}: {@code this}</td>
 *     <td>which threads wait for a place of their bundle's share, in which order. Whoever gives a place back wakes
 *     them</td></tr>
 * <tr><td>{@link org.ermine.tee.sealed.connection.Connections}</td>
 *     <td>no lock: the device is atomic, options, shares and streams are thread-safe</td></tr>
 * <tr><td>{@link org.ermine.tee.sealed.lifecycle.StreamUse}: {@code this}</td>
 *     <td>whether a thread is in the stream, and whether it has ended. Nothing is done under it. What belongs to the
 *     stream is used by whoever has begun and not finished, and given up once by whoever finds it ended and not in
 *     use</td></tr>
 * </table>
 */
package org.ermine.tee.sealed.impl;
