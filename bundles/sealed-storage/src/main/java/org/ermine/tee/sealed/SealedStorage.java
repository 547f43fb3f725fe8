// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Objects that a trusted application encrypts and authenticates, so that only this device can read them again. They are
 * used much as files are:
 *
 * <pre>{@code
 * storage.seal("key", key);                               // a small secret from memory
 * byte[] key = storage.read("key");                       // and back: the array is the caller's, who wipes it
 *
 * storage.seal("map", Path.of("map.bin"));                // a file
 * storage.unseal("map", Path.of("copy.bin"));             // and back
 *
 * try (InputStream in = storage.open("map")) {            // or by stream
 *     parse(in);
 * }
 * try (SealedOutputStream out = storage.create("map")) {
 *     write(out);
 *     out.commit();                                       // without it nothing changes
 * }
 * }</pre>
 *
 * <p>It is a service that is there whether or not a TEE is; without one its operations fail with {@link
 * SealedStorageException.Reason#NO_TEE}, and work again when it is back. Any number of threads may use it at once; of a
 * stream, one at a time. Content of any size is passed on in pieces of 496 KiB, and no buffer that Ermine's client held
 * content in keeps it when the operation or the stream has ended.
 *
 * <p>Each bundle has a drawer of its own, by its symbolic name: what one bundle seals, another one cannot list, read,
 * replace or remove. The trusted application sees to that, and learns from Ermine's core, not from the bundle, who
 * asks. Bundles of the same symbolic name share a drawer, so an update finds what was there; who may open the TEE's
 * device under that name is a matter of {@code org.ermine.tee.permissions}. {@linkplain #drawer Other drawers} are
 * shared by whom the operator lets.
 *
 * <p>Each bundle has a share of the objects that can be open in the TEE at a time: one counts from the opening to the
 * end of an unsealing or to the closing of a stream, and from the first whole chunk of a source to the end of a
 * sealing. Beyond it an operation waits until another of the same bundle is done, for 10 seconds if nothing else is
 * configured, and fails then with {@link SealedStorageException.Reason#BUSY}; other bundles do not notice. All bundles
 * together can have 32 open, and of these one never has more than it leaves free: beyond that it fails with BUSY too,
 * and the message says who has most.
 *
 * <p>A stream that its bundle does not close is closed when the bundle stops or gives the service back, when the device
 * goes, or some time after nobody refers to it any more.
 *
 * <p>A store holds 262,144 objects at most, whatever their names. A further one is refused with {@link
 * SealedStorageException.Reason#TOO_MANY_OBJECTS} when its first chunk was read. An object can be removed however full
 * the store is.
 *
 * <p>A name is any text of 1 to 255 bytes in UTF-8 without control characters. Names are the same if all their
 * characters are: there is no Unicode normalization, so that an accented letter as one character and as two are
 * different names. Whoever shows names to people takes care of characters that are not seen or turn the line; messages
 * of this service do.
 *
 * <p>An interrupted thread fails with {@link SealedStorageException.Reason#INTERRUPTED}; its interrupt status stays
 * set. What is null and must not be is refused with a {@link NullPointerException} that names it.
 */
@ProviderType
public interface SealedStorage {

    /**
     * Seals bytes under a name, in the place of what had that name.
     *
     * @param content is only read, and stays the caller's
     */
    default SealedEntry seal(String name, byte[] content) throws SealedStorageException {
        return seal(name, new ByteArrayInputStream(Objects.requireNonNull(content, "content")));
    }

    /** Seals a file, as {@link #seal(String, Path, ProgressListener)} does. */
    default SealedEntry seal(String name, Path source) throws SealedStorageException {
        return seal(name, source, ProgressListener.NONE);
    }

    /**
     * Seals a file under a name, in the place of what had that name. Until the end the old object is there, then the
     * new one, whatever happens in between. The file itself stays as it is. If it changes meanwhile, what was read is
     * sealed.
     */
    SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException;

    /** Seals a stream, as {@link #seal(String, InputStream, ProgressListener)} does. */
    default SealedEntry seal(String name, InputStream source) throws SealedStorageException {
        return seal(name, source, ProgressListener.NONE);
    }

    /** Seals what a stream has to give, to its end. The stream is not closed. */
    SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException;

    /** Seals bytes under a name, as {@link #sealNew(String, InputStream, ProgressListener)} does. */
    default SealedEntry sealNew(String name, byte[] content) throws SealedStorageException {
        return sealNew(name, new ByteArrayInputStream(Objects.requireNonNull(content, "content")));
    }

    /** Seals a file, as {@link #sealNew(String, Path, ProgressListener)} does. */
    default SealedEntry sealNew(String name, Path source) throws SealedStorageException {
        return sealNew(name, source, ProgressListener.NONE);
    }

    /** Seals a file under a name that is free, as {@link #sealNew(String, InputStream, ProgressListener)} does. */
    SealedEntry sealNew(String name, Path source, ProgressListener progress) throws SealedStorageException;

    /** Seals a stream, as {@link #sealNew(String, InputStream, ProgressListener)} does. */
    default SealedEntry sealNew(String name, InputStream source) throws SealedStorageException {
        return sealNew(name, source, ProgressListener.NONE);
    }

    /**
     * Seals a stream under a name that is free. Of any number of clients that do so at once, one succeeds. The name is
     * looked at before anything is read, and again in the step that makes the object appear.
     *
     * @throws SealedStorageException {@link SealedStorageException.Reason#ALREADY_EXISTS} if something is sealed under
     *     the name
     */
    SealedEntry sealNew(String name, InputStream source, ProgressListener progress) throws SealedStorageException;

    /**
     * Begins an object that is written as a stream, to be put in the place of what has that name when it is committed.
     * Until then nothing changes, and any number may be begun: the last one that is committed stays.
     */
    SealedOutputStream create(String name) throws SealedStorageException;

    /**
     * The same for an object whose name is to be free, now and when it is committed.
     *
     * @throws SealedStorageException {@link SealedStorageException.Reason#ALREADY_EXISTS} if something is sealed under
     *     the name
     */
    SealedOutputStream createNew(String name) throws SealedStorageException;

    /**
     * Reads what is sealed under a name, all of which was found to be genuine.
     *
     * @return a new array, of which no copy is left: it is the caller's, who overwrites it when it is not needed any
     *     more
     * @throws SealedStorageException {@link SealedStorageException.Reason#TOO_LARGE} beyond 2,147,483,639 bytes
     */
    byte[] read(String name) throws SealedStorageException;

    /**
     * Opens what is sealed under a name as a stream. It gives the version that is there now, to its end, even if that
     * is replaced or removed meanwhile. What it gives was found to be genuine, chunk by chunk: who must not act on the
     * beginning of what was cut off or changed further on reads to the end first.
     *
     * <p>What it throws are {@link SealedStorageException}s. One that was {@linkplain
     * SealedStorageException.Reason#INTERRUPTED interrupted} can be read on afterwards. {@code available} and {@code
     * skip} are those of a file; there is no mark. {@code readAllBytes}, {@code readNBytes} and {@code transferTo}
     * leave no copy behind.
     */
    InputStream open(String name) throws SealedStorageException;

    /**
     * Opens what is sealed under a name for reading at any position; otherwise as {@link #open}. The chunk in which a
     * position lies is fetched and authenticated as a whole, and nothing before it. A read ends at the end of a chunk
     * at the latest. The channel cannot be written.
     */
    SeekableByteChannel openChannel(String name) throws SealedStorageException;

    /** Unseals into a file, as {@link #unseal(String, Path, ProgressListener)} does. */
    default void unseal(String name, Path target) throws SealedStorageException {
        unseal(name, target, ProgressListener.NONE);
    }

    /**
     * Writes what is sealed under a name to a file that only its owner can read, in the place of a file that is there.
     * The file appears once all of it was found to be genuine; where that fails, the target stays as it was and no
     * content is left behind. When this returns, file and name outlast a loss of power.
     *
     * <p>The file system of the target may not be able to do all of that. Where it has no owners and rights, as FAT,
     * the file is for whom the mount lets read it. Where folders cannot be opened, as on Windows or without the right
     * to read them, the name may not outlast a loss of power. One that does not know what an unsealed file needs at
     * all, such as that of a zip archive, is refused.
     *
     * <p>If the process dies before, content is left in a file {@code .unsealing-*.tmp} beside the target, for its
     * owner only; the next unsealing into that folder deletes it.
     *
     * @param target where nothing is, or a regular file. Everything else fails with {@link
     *     SealedStorageException.Reason#TARGET_UNWRITABLE} and is left alone: folders, devices, pipes, and symbolic
     *     links, which are neither followed nor replaced; those in the path before the last name are followed as usual
     */
    void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException;

    /**
     * Seals bytes and what is to be known of them beside their name, in the place of what had that name.
     *
     * @param metadata as {@link SealedOutputStream#describe} takes it
     */
    default SealedEntry seal(String name, byte[] content, Map<String, String> metadata) throws SealedStorageException {
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(metadata, "metadata");
        try (SealedOutputStream out = create(name)) {
            out.describe(metadata);
            out.write(content, 0, content.length);
            return out.commit();
        }
    }

    /**
     * Gives an object another name, in one step, and in the place of what had that name. Content, time and metadata
     * stay; whoever reads either object reads on.
     *
     * @throws SealedStorageException {@link SealedStorageException.Reason#NOT_FOUND} if nothing is sealed under {@code
     *     name}
     */
    void rename(String name, String newName) throws SealedStorageException;

    /**
     * The same for a name that is to be free.
     *
     * @throws SealedStorageException {@link SealedStorageException.Reason#ALREADY_EXISTS} if something is sealed under
     *     the new name
     */
    void renameNew(String name, String newName) throws SealedStorageException;

    /**
     * Takes an object out of another drawer, in one step: it has the same name here, which is to be free.
     *
     * @param drawer which the bundle may use; empty is its own
     */
    void takeFrom(String drawer, String name) throws SealedStorageException;

    /**
     * The objects of another drawer than the bundle's own. Nothing is asked of the TEE before it is used: then all
     * fails with {@link SealedStorageException.Reason#NOT_PERMITTED} for as long as the operator does not let the
     * bundle use that drawer. It ends with this service.
     *
     * @param name 1 to 255 bytes in UTF-8 without control characters. {@code common} has what was sealed before there
     *     were drawers, and is by default every bundle's. An empty name is the bundle's own drawer
     */
    SealedStorage drawer(String name) throws SealedStorageException;

    /** The drawers that the bundle may use and in which there is something, ordered by name. */
    List<SealedDrawer> drawers() throws SealedStorageException;

    /**
     * The same objects for whoever says what they are bound to: what is sealed through it can be read only by saying
     * the same again, and what is bound to something else, or to nothing, cannot be read through it. So an object that
     * was sealed for one purpose cannot be passed off as that for another. It is listed, renamed, replaced and removed
     * as any other.
     *
     * @param associatedData any bytes, which are copied, not stored, and no secret; none is as if it were not asked for
     */
    SealedStorage boundTo(byte[] associatedData);

    /** What is sealed under a name; empty if nothing is. */
    Optional<SealedEntry> get(String name) throws SealedStorageException;

    /** What is sealed, ordered by name. */
    List<SealedEntry> list() throws SealedStorageException;

    /**
     * Removes an object for good.
     *
     * @return whether there was one
     */
    boolean remove(String name) throws SealedStorageException;
}
