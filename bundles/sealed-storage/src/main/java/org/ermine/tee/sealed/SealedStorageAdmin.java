// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What concerns all that is sealed, by whichever bundle: for operators and their tools. A service that is there whether
 * or not a TEE is, and that any number of threads may use.
 *
 * <p>A bundle may do none of it unless the operator lets it, by the option {@code administrators}: everything here
 * fails with {@link SealedStorageException.Reason#NOT_PERMITTED} else, and so it does for a bundle that may not use the
 * TEE itself. The trusted application takes it from sealed storage only.
 */
@ProviderType
public interface SealedStorageAdmin {

    /** The fewest characters of a passphrase. */
    int LEAST_PASSPHRASE = 8;

    /**
     * Gives up all that is sealed, by all bundles, and begins anew with nothing. For a store that is refused for ever,
     * since it was changed, exchanged or put back, or the secure state was; it does not mind what the store is, nor
     * whether the disk is full. What was given up cannot be had back: put back later, its files do not count.
     *
     * <p>It is one step: what was there is there, or nothing is, whatever happens in between. What is open for reading
     * can be read to its end. What is being sealed is sealed, into the empty store, if it is committed afterwards. The
     * files go at once, as far as they are found; they are no use to anybody.
     *
     * @throws SealedStorageException and nothing has changed, but with {@link
     *     SealedStorageException.Reason#OUTCOME_UNKNOWN}
     */
    void reset() throws SealedStorageException;

    /**
     * What can be salvaged of a store that is refused: the objects of all bundles that authentic parts of the index
     * tell of, and that there are files of. What nobody but this device could have written is authentic. Whether it is
     * the latest cannot be shown, which is why the store is refused: an object may be older than the last one that was
     * sealed under its name, it may have been removed, and there may have been others. Whoever uses what was salvaged
     * decides whether that matters to him.
     *
     * <p>What the device's secure state does not confirm was ever sealed has a name that ends with {@code (not
     * confirmed)}: a crash cut off its sealing, or the secure state is older than the store. It stands beside what the
     * secure state confirms under that name, if that is left.
     *
     * <p>Changes nothing. Of a store that is in order this is what is there, as far as it goes.
     *
     * @return ordered by drawer and name
     */
    List<SalvagedEntry> salvageable() throws SealedStorageException;

    /**
     * Reads all that can be salvaged, and keeps nothing of it: so it takes as long as reading all that is sealed.
     *
     * @param progress in bytes of content
     * @return what is {@linkplain #salvageable() salvageable}, in that order; of an object that is damaged why it
     *     cannot be salvaged, and nothing of one that is whole
     */
    Map<SalvagedEntry, Optional<SealedStorageException>> verifySalvageable(ProgressListener progress)
            throws SealedStorageException;

    /**
     * Writes what can be salvaged under a name to a file, as {@link SealedStorage#unseal(String, Path,
     * ProgressListener)} does: all of it was found to be authentic, or nothing is written. {@linkplain #salvageable()
     * Whether it is the latest} is not known.
     */
    void salvage(String drawer, String name, Path target, ProgressListener progress) throws SealedStorageException;

    /**
     * Writes all that is sealed, by all bundles, into an archive that can be restored on any device. It is what is
     * sealed at one moment, whoever seals, replaces or removes meanwhile: what that needs is kept on the disk until the
     * archive is done. The archive is encrypted with a key made of the passphrase, so who has both has all secrets; its
     * format is documented.
     *
     * <p>An archive is as good as the day it was made: unlike the store, nothing shows that it is not the latest.
     *
     * @param archive the file to write, as by {@link SealedStorage#unseal(String, Path, ProgressListener)}: it appears
     *     when it is whole, in the place of one that is there, and only its owner can read it
     * @param passphrase {@value #LEAST_PASSPHRASE} characters or more; stays the caller's, who wipes it
     * @param progress in bytes of content
     * @return how many objects are in it
     * @throws SealedStorageException {@link SealedStorageException.Reason#BACKUP_INCOMPLETE} if an archive was written
     *     without objects that are damaged, which are named: in its place if nothing was there, or else beside what is
     *     there, with {@code .incomplete} behind its name; where all objects are damaged, the reason of the first one,
     *     and nothing is written; {@link SealedStorageException.Reason#BUSY}, and nothing is written, if
     *     files of more than 8,000 objects that were replaced or removed have piled up before it is done. Those that
     *     could not be removed earlier count as well
     */
    long backup(Path archive, char[] passphrase, ProgressListener progress) throws SealedStorageException;

    /**
     * Seals all that an archive has, each object in the drawer and under the name that it had, with the present time.
     * All of the archive is read first, and nothing is sealed if it is not authentic and whole, or if an object is in
     * the way. After that each object is sealed in one step; where that fails on the way, as on a full disk, those
     * before it stay, and the message says how many: what was restored can be restored again.
     *
     * @param replace whether what is sealed under the name of an archived object is replaced
     * @param progress in bytes of content, when sealing begins
     * @return how many objects were restored
     * @throws SealedStorageException {@link SealedStorageException.Reason#ARCHIVE_REFUSED}; {@link
     *     SealedStorageException.Reason#ALREADY_EXISTS} if something is in the way
     */
    long restore(Path archive, char[] passphrase, boolean replace, ProgressListener progress)
            throws SealedStorageException;
}
