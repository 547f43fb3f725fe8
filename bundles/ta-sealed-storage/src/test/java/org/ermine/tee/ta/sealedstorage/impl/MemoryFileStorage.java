// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** A handler for GlobalPlatform file storage that keeps whole files in memory, where a test can do to them what it likes. */
public final class MemoryFileStorage implements FakeEnvironment.FileHandler {

    private static final int ENOENT = 2;

    private final Map<String, byte[]> files = new TreeMap<>();
    private int writeError;
    private int removeError;
    private boolean deployed = true;
    private Integer claimedCount;
    private boolean everythingExists;

    /** The files, to be looked at and changed. */
    public Map<String, byte[]> files() {
        return files;
    }

    /** A copy of the files as they are. */
    public Map<String, byte[]> snapshot() {
        Map<String, byte[]> copy = new TreeMap<>();
        files.forEach((name, content) -> copy.put(name, content.clone()));
        return copy;
    }

    /** Puts all files back as they were. */
    public void restore(Map<String, byte[]> snapshot) {
        files.clear();
        snapshot.forEach((name, content) -> files.put(name, content.clone()));
    }

    /** Writes answer with this error from now on; 0: they succeed. */
    public void failWrites(int error) {
        writeError = error;
    }

    /** Removals answer with this error from now on; 0: they succeed. */
    public void failRemovals(int error) {
        removeError = error;
    }

    /** Whether the handler is there at all. */
    public void deployed(boolean isDeployed) {
        deployed = isDeployed;
    }

    /** Reads answer that they read this many bytes. */
    public void claimCount(int count) {
        claimedCount = count;
    }

    /** Reads of files that are not there answer with no bytes, instead of an error. */
    public void claimEverythingExists(boolean exists) {
        everythingExists = exists;
    }

    @Override
    public synchronized void handle(ByteBuffer message) throws TeeException {
        if (!deployed) {
            throw new TeeException(TeeResult.UNAVAIL, "no listener 0x7000 is registered");
        }
        byte[] name = new byte[StorageMessage.NAME_SIZE];
        message.get(StorageMessage.NAME_OFFSET, name);
        String file = new String(name, StandardCharsets.US_ASCII).replaceAll("\0+$", "");
        int error = switch (message.getInt(0)) {
            case GpFileStorage.PERSIST_READ -> read(file, message);
            case GpFileStorage.PERSIST_WRITE -> write(file, message);
            case GpFileStorage.PERSIST_REMOVE -> remove(file);
            default -> throw new TeeException(TeeResult.INVALID, "unknown command");
        };
        message.putInt(StorageMessage.ANSWER_ERROR_OFFSET, error);
    }

    private int read(String file, ByteBuffer message) {
        byte[] content = files.getOrDefault(file, everythingExists ? new byte[0] : null);
        if (content == null) {
            return ENOENT;
        }
        int count = Math.min(content.length, message.getInt(StorageMessage.COUNT_OFFSET));
        message.put(StorageMessage.ANSWER_DATA_OFFSET, content, 0, count);
        message.putInt(StorageMessage.ANSWER_COUNT_OFFSET, claimedCount == null ? count : claimedCount);
        return 0;
    }

    private int write(String file, ByteBuffer message) {
        if (writeError != 0) {
            return writeError;
        }
        byte[] content = new byte[message.getInt(StorageMessage.COUNT_OFFSET)];
        message.get(StorageMessage.WRITE_DATA_OFFSET, content);
        files.put(file, Arrays.copyOf(content, content.length));
        return 0;
    }

    private int remove(String file) {
        if (removeError != 0) {
            return removeError;
        }
        return files.remove(file) == null ? ENOENT : 0;
    }
}
