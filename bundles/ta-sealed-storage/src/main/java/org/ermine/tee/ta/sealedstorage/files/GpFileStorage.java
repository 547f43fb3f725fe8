// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.files;

import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.ANSWER_COUNT_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.ANSWER_DATA_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.ANSWER_ERROR_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.BACKUP_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.COUNT_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.NAME_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.NAME_SIZE;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.OFFSET_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.WRITE_DATA_OFFSET;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.ermine.tee.trusted.TrustedEnvironment;

/**
 * Files of the normal world, through the listener for GlobalPlatform file storage. Nothing that comes from there can be
 * trusted: not the data, and not that a write or a removal took place. Stateless; thread safe.
 */
public final class GpFileStorage {

    public static final int LISTENER = 0x7000;

    /** What a handler answers that does not know a command; other errors are error numbers of Linux, of either sign. */
    private static final int UNKNOWN_COMMAND = -1;

    /** Never written, so that nothing changes when it is removed. */
    private static final StoredFile NO_FILE = StoredFile.persistent(StoredFile.PREFIX + "none");

    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int EACCES = 13;
    private static final int ENOSPC = 28;
    private static final int EROFS = 30;
    private static final int EDQUOT = 122;

    private final TrustedEnvironment environment;

    public GpFileStorage(TrustedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Reads up to {@code count} bytes of a file to {@link StorageMessage#ANSWER_DATA_OFFSET}.
     *
     * @return how many there were from {@code offset} on; -1 if there is no such file
     */
    public int read(StorageMessage message, StoredFile file, int offset, int count) throws TeeException {
        ByteBuffer bytes = request(message, file.readCommand(), file);
        bytes.putInt(OFFSET_OFFSET, offset);
        bytes.putInt(COUNT_OFFSET, count);
        int error = send(message, BACKUP_OFFSET, ANSWER_DATA_OFFSET + count, file);
        if (error == ENOENT) {
            return -1;
        }
        requireSuccess(error, "reading " + file);
        int read = bytes.getInt(ANSWER_COUNT_OFFSET);
        if (read < 0 || read > count) {
            throw failure(
                    SealedStorageProtocol.ERROR_STORAGE_FAILED,
                    "reading " + file + ": asked for " + count + " bytes, the answer claims "
                            + Integer.toUnsignedLong(read));
        }
        return read;
    }

    public boolean exists(StorageMessage message, StoredFile file) throws TeeException {
        return read(message, file, 0, 1) >= 0;
    }

    /** Writes to a file the {@code count} bytes that stand at {@link StorageMessage#WRITE_DATA_OFFSET}. */
    public void write(StorageMessage message, StoredFile file, int offset, int count) throws TeeException {
        ByteBuffer bytes = request(message, file.writeCommand(), file);
        bytes.putInt(OFFSET_OFFSET, offset);
        bytes.putInt(COUNT_OFFSET, count);
        bytes.putInt(BACKUP_OFFSET, 0);
        requireSuccess(send(message, WRITE_DATA_OFFSET + count, ANSWER_DATA_OFFSET, file), "writing " + file);
    }

    /** Removes a file; does nothing if there is none. */
    public void remove(StorageMessage message, StoredFile file) throws TeeException {
        request(message, file.removeCommand(), file);
        int error = send(message, OFFSET_OFFSET, ANSWER_COUNT_OFFSET, file);
        if (error != ENOENT) {
            requireSuccess(error, "removing " + file);
        }
    }

    /**
     * Makes all that was done to deferred files safe from a loss of power, as each operation on a persistent file does.
     * Leaves data in the message that is still to be written.
     */
    public void barrier(StorageMessage message) throws TeeException {
        remove(message, NO_FILE);
    }

    private static ByteBuffer request(StorageMessage message, int command, StoredFile file) {
        byte[] name = file.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = message.bytes();
        bytes.putInt(0, command);
        bytes.put(NAME_OFFSET, new byte[NAME_SIZE]);
        bytes.put(NAME_OFFSET, name);
        return bytes;
    }

    /** Sends the first {@code size} bytes and takes {@code answer} bytes back; the error number is made positive. */
    private int send(StorageMessage message, int size, int answer, StoredFile file) throws TeeException {
        ByteBuffer bytes = message.bytes();
        try {
            environment.request(LISTENER, bytes.position(0).limit(size), answer);
        } catch (TeeException e) {
            requireLoaded(e);
            throw failure(
                    SealedStorageProtocol.ERROR_STORAGE_UNAVAILABLE,
                    file + ": listener 0x" + Integer.toHexString(LISTENER) + " did not answer: " + e.getMessage());
        } finally {
            bytes.clear();
        }
        int error = bytes.getInt(ANSWER_ERROR_OFFSET);
        return error == UNKNOWN_COMMAND ? EIO : Math.abs(error);
    }

    /**
     * Who was unloaded hears of its listener what it hears of everything, and what a listener of a dead process answers
     * too.
     */
    private void requireLoaded(TeeException failure) throws TeeException {
        if (failure.result().equals(TeeResult.DEFUNCT)) {
            environment.counter(IndexVersions.COMMITTED);
        }
    }

    private static void requireSuccess(int error, String what) throws TeeException {
        int code = switch (error) {
            case 0 -> TeeResult.OK.code();
            case ENOENT -> SealedStorageProtocol.ERROR_MISSING;
            case ENOSPC, EDQUOT -> SealedStorageProtocol.ERROR_STORAGE_FULL;
            case EROFS -> SealedStorageProtocol.ERROR_READ_ONLY;
            case EACCES, EPERM -> SealedStorageProtocol.ERROR_STORAGE_DENIED;
            default -> SealedStorageProtocol.ERROR_STORAGE_FAILED;
        };
        if (code != TeeResult.OK.code()) {
            throw failure(code, what + ": error " + error);
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
