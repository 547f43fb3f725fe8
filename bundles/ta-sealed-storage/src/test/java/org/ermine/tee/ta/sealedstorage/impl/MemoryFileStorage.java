// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;

/**
 * A handler for GlobalPlatform file storage that keeps files in memory, where a test can do to them what it likes. DATA
 * files stand below {@code data/}, PERSIST files below {@code persist/}. What a loss of power may do to DATA files is
 * what a disk may: each operation that no PERSIST operation followed may be undone, and content may be lost from
 * anywhere on.
 */
public final class MemoryFileStorage implements FakeEnvironment.FileHandler {

    /** What becomes of changes of DATA files that no PERSIST operation followed when power goes. */
    public enum Unforced {
        KEPT,
        LOST,
        /** Of each file something else: kept, lost, cut off, full of zeros, or a mixture of old and new blocks. */
        TORN
    }

    private static final String DATA = "data/";
    private static final String PERSIST = "persist/";
    private static final String RESERVE = PERSIST + StoredFile.PREFIX + "reserve";
    private static final String INDEX = DATA + StoredFile.PREFIX + "index-";
    private static final int BLOCK = 4096;
    private static final int ENOSPC = 28;
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int DATA_READ = 4;
    private static final int VERSION = 12;

    private final Map<String, byte[]> files = new TreeMap<>();
    /** Its content means nothing, and nobody else looks at it. */
    private final Map<String, byte[]> reserve = new TreeMap<>();
    /** The DATA files as the last PERSIST operation found them. */
    private final Map<String, byte[]> forced = new TreeMap<>();

    private int writeError;
    private int removeError;
    private int dataRemoveError;
    private int barrierError;
    private Spoiled spoiled = new Spoiled("", 0, 0);
    private boolean deployed = true;
    private Integer claimedCount;
    private boolean everythingExists;
    private boolean appendsOnly = true;
    private long capacity = Long.MAX_VALUE;
    private boolean endless;

    /** The files but for the reserve, to be looked at and changed. */
    public Map<String, byte[]> files() {
        return files;
    }

    /** The names of the DATA files: what is stored of objects. */
    public synchronized Set<String> segments() {
        Set<String> segments = new TreeSet<>(files.keySet());
        segments.removeIf(name -> !name.startsWith(DATA) || isIndex(name));
        return segments;
    }

    private static boolean isIndex(String name) {
        return name.startsWith(INDEX);
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

    /** The files after a loss of power; {@code seed} decides what happens to each that is torn. */
    public synchronized void losePower(Unforced fate, long seed) {
        Random random = new Random(seed);
        Set<String> names = new TreeSet<>(forced.keySet());
        files.keySet().stream().filter(name -> name.startsWith(DATA)).forEach(names::add);
        for (String name : names) {
            byte[] left = afterPowerLoss(forced.get(name), files.get(name), fate, random);
            if (left == null) {
                files.remove(name);
            } else {
                files.put(name, left);
            }
        }
        force();
    }

    private static byte[] afterPowerLoss(byte[] before, byte[] latest, Unforced fate, Random random) {
        return switch (fate) {
            case KEPT -> latest;
            case LOST -> before;
            case TORN -> Arrays.equals(before, latest) ? latest : torn(before, latest, random);
        };
    }

    private static byte[] torn(byte[] before, byte[] latest, Random random) {
        int fate = random.nextInt(4);
        if (fate == 0 || latest == null) {
            return random.nextBoolean() ? before : latest;
        }
        int safe = before == null ? 0 : Math.max(0, Arrays.mismatch(before, latest));
        byte[] left = Arrays.copyOf(latest, fate == 1 ? random.nextInt(safe, latest.length + 1) : latest.length);
        if (fate == 2) {
            Arrays.fill(left, random.nextInt(safe, left.length + 1), left.length, (byte) 0);
        } else if (fate == 3) {
            putBackSome(before == null ? new byte[0] : before, left, random);
        }
        return left;
    }

    /** A disk may write blocks in any order. */
    private static void putBackSome(byte[] before, byte[] left, Random random) {
        for (int start = 0; start < left.length; start += BLOCK) {
            if (random.nextBoolean()) {
                int end = Math.min(start + BLOCK, left.length);
                byte[] old = Arrays.copyOf(before, Math.max(before.length, end));
                System.arraycopy(old, start, left, start, end - start);
            }
        }
    }

    private void force() {
        if (endless) {
            return;
        }
        forced.clear();
        files.forEach((name, content) -> {
            if (name.startsWith(DATA)) {
                forced.put(name, content.clone());
            }
        });
    }

    /** Power is not lost from now on, and room does not end: what is stored then is not looked at again and again. */
    void endless() {
        endless = true;
    }

    /** The disk has so much room altogether from now on. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Somebody else takes all the room that is left. */
    public synchronized void takeAllRoom() {
        capacity -= free();
    }

    /** The bytes that are left. */
    public synchronized long free() {
        long used = 0;
        for (Map<String, byte[]> some : List.of(files, reserve)) {
            used += some.values().stream()
                    .mapToLong(content -> blocks(content.length))
                    .sum();
        }
        return capacity - used;
    }

    private static long blocks(int size) {
        return (size + BLOCK - 1L) / BLOCK * BLOCK;
    }

    private Map<String, byte[]> folderOf(String file) {
        return file.equals(RESERVE) ? reserve : files;
    }

    /** Writes answer with this error from now on; 0: they succeed. */
    public void failWrites(int error) {
        writeError = error;
    }

    /** Removals answer with this error from now on; 0: they succeed. */
    public void failRemovals(int error) {
        removeError = error;
    }

    /** Removals of DATA files answer with this error from now on; 0: they succeed. */
    public void failDataRemovals(int error) {
        dataRemoveError = error;
    }

    /** PERSIST operations cannot force what DATA operations changed, from now on; 0: they can. */
    public void failBarriers(int error) {
        barrierError = error;
    }

    /**
     * The disk cannot read so many bytes from {@code offset} of a file on, until that file is written or there is
     * another one.
     */
    public synchronized void spoil(String file, int offset, int length) {
        spoiled = new Spoiled(file, offset, length);
    }

    private record Spoiled(String file, int offset, int length) {

        boolean isIn(String readFile, int from, int to) {
            return file.equals(readFile) && from < offset + length && to > offset;
        }
    }

    /** Whether the handler is there at all. */
    public void deployed(boolean isDeployed) {
        deployed = isDeployed;
    }

    /** Whether each write to a segment so far went to its end. */
    public boolean appendsOnly() {
        return appendsOnly;
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
        int command = message.getInt(0);
        if (command < DATA_READ || command >= VERSION) {
            throw new TeeException(TeeResult.INVALID, "unknown command " + command);
        }
        boolean persistent = command >= 2 * DATA_READ;
        byte[] name = new byte[StorageMessage.NAME_SIZE];
        message.get(StorageMessage.NAME_OFFSET, name);
        String file =
                (persistent ? PERSIST : DATA) + new String(name, StandardCharsets.US_ASCII).replaceAll("\0+$", "");
        message.putInt(StorageMessage.ANSWER_ERROR_OFFSET, answer(command, persistent, file, message));
    }

    private int answer(int command, boolean persistent, String file, ByteBuffer message) throws TeeException {
        boolean isBarrier = persistent && command % 4 != 0;
        if (isBarrier && barrierError != 0) {
            return barrierError;
        }
        if (isBarrier) {
            force();
        }
        return switch (command % 4) {
            case 0 -> read(file, message);
            case 1 -> write(file, message);
            case 2 -> remove(file);
            default -> throw new TeeException(TeeResult.INVALID, "nothing is ever renamed");
        };
    }

    private int read(String file, ByteBuffer message) {
        byte[] content = folderOf(file).getOrDefault(file, everythingExists ? new byte[0] : null);
        if (content == null) {
            return ENOENT;
        }
        int offset = Math.min(content.length, message.getInt(StorageMessage.OFFSET_OFFSET));
        int count = Math.min(content.length - offset, message.getInt(StorageMessage.COUNT_OFFSET));
        if (spoiled.isIn(file, offset, offset + count)) {
            return EIO;
        }
        message.put(StorageMessage.ANSWER_DATA_OFFSET, content, offset, count);
        message.putInt(StorageMessage.ANSWER_COUNT_OFFSET, claimedCount == null ? count : claimedCount);
        return 0;
    }

    private int write(String file, ByteBuffer message) {
        if (writeError != 0) {
            return writeError;
        }
        int offset = message.getInt(StorageMessage.OFFSET_OFFSET);
        int count = message.getInt(StorageMessage.COUNT_OFFSET);
        byte[] present = folderOf(file).getOrDefault(file, new byte[0]);
        appendsOnly &= offset == present.length || file.startsWith(PERSIST) || isIndex(file);
        byte[] content = Arrays.copyOf(present, Math.max(present.length, offset + count));
        message.get(StorageMessage.WRITE_DATA_OFFSET, content, offset, count);
        // Bytes that follow the end are appended in place; else the whole content is written beside the old one.
        long needed = blocks(content.length) - (offset == present.length ? blocks(present.length) : 0);
        if (!endless && needed > free()) {
            return ENOSPC;
        }
        folderOf(file).put(file, content);
        return 0;
    }

    private int remove(String file) {
        if (!folderOf(file).containsKey(file)) {
            return ENOENT;
        }
        int error = removeError == 0 && file.startsWith(DATA) ? dataRemoveError : removeError;
        if (error == 0) {
            folderOf(file).remove(file);
        }
        return error;
    }
}
