// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Sealed storage. A service that is there whether or not a TEE is; without one its operations fail with {@link
 * SealedStorageException.Reason#NO_TEE}, and work again when it is back. Any number of threads may use it at once. Files of
 * any size are passed on in pieces: memory does not grow with them.
 *
 * <p>Each bundle has a share of the objects that can be open in the TEE at a time: one counts from the opening to the end of an
 * unsealing, and from the first whole chunk of a source to the end of a sealing. Beyond it an operation fails at once with {@link
 * SealedStorageException.Reason#BUSY}, and other bundles do not notice. All bundles together can have 16 open: where the shares of
 * those that use them up come to that, every further operation fails with BUSY, and the message says who has most.
 *
 * <p>A store holds a limited number of objects, by the length of their names: 5,018 with names of 40 bytes, 1,614 with names of 255.
 * A new object for which there is no room is refused with {@link SealedStorageException.Reason#TOO_MANY_OBJECTS} when its first chunk
 * was read. An object can be removed however full the store is.
 *
 * <p>A name is any text of 1 to 255 bytes in UTF-8 without control characters. Names are the same if all their characters are: there
 * is no Unicode normalization, so that an accented letter as one character and as two are different names. Who shows names to people
 * takes care of characters that are not seen or turn the line; messages of this service do.
 *
 * <p>An interrupted thread fails with {@link SealedStorageException.Reason#INTERRUPTED}; its interrupt status stays set.
 */
@ProviderType
public interface SealedStorage {

    /**
     * Seals a file under a name, in the place of what had that name. Until the end the old object is there, then the new one,
     * whatever happens in between. The file itself stays as it is. If it changes meanwhile, what was read is sealed.
     */
    SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException;

    /** Seals what a stream has to give, to its end. The stream is not closed. */
    SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException;

    /**
     * Writes what is sealed under a name to a file that only its owner can read, in the place of a file that is there. The file
     * appears once all of it was found to be genuine; where that fails, the target stays as it was and no content is left
     * behind. When this returns, file and name outlast a loss of power, where the file system can do that. If the process dies
     * before, content is left in a file {@code .unsealing-*.tmp} beside the target, for its owner only; the next unsealing into
     * that folder deletes it.
     *
     * @param target where nothing is, or a regular file. Everything else fails with {@link
     *     SealedStorageException.Reason#TARGET_UNWRITABLE} and is left alone: folders, devices, pipes, and symbolic links, which
     *     are neither followed nor replaced; those in the path before the last name are followed as usual
     */
    void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException;

    /** What is sealed, ordered by name. */
    List<SealedEntry> list() throws SealedStorageException;

    /**
     * Removes an object for good.
     *
     * @return whether there was one
     */
    boolean remove(String name) throws SealedStorageException;
}
