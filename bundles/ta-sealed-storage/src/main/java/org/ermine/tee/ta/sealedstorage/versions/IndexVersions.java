// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.versions;

import org.ermine.tee.TeeException;

/**
 * The numbers of the versions of the index's files, and the two counters that say which of them counts; the package
 * {@code index} says why. The lower bits of a number say in which file it stands. Used by whoever has the store's turn.
 */
public final class IndexVersions {

    /** Counter: the version of the file whose root counts. */
    public static final String COMMITTED = "tree.committed";
    /** Counter: no version beyond it was ever written. */
    static final String ATTEMPTED = "tree.attempted";

    /** So many versions are set aside at once: a counter costs as much to advance as a file to write. */
    public static final int AHEAD = 1024;

    private static final int FILE_BITS = 24;
    /** The most files. */
    static final int MOST_FILES = 1 << FILE_BITS;

    /** Stands for no file: a version that says so is that of a store that was begun anew, and has nothing in it. */
    private static final int NO_FILE = MOST_FILES - 1;

    /**
     * So many generations lie between those of two versions, for as many objects as there may be tries to write one.
     */
    private static final int GENERATION_BITS = 22;

    private final SecureCounters counters;
    /**
     * The last number that was given out, and the last that was set aside for this run of the TA; both without a file.
     */
    private long latest;

    private long setAside;

    public IndexVersions(SecureCounters counters) {
        this.counters = counters;
    }

    /** In which file a version stands. */
    public static int fileOf(long version) {
        return (int) version & MOST_FILES - 1;
    }

    /** Whether a version that counts is that of a store that was begun anew: no file belongs to it. */
    public static boolean isAnew(long version) {
        return fileOf(version) == NO_FILE;
    }

    /** Where generations begin in a store that was begun anew: beyond those that there were. */
    public static long firstGeneration(long version) {
        return version >>> FILE_BITS << GENERATION_BITS;
    }

    /** The version that counts, 0 before the first. */
    public long committed() throws TeeException {
        long committed = counters.get(COMMITTED);
        if (committed >>> FILE_BITS > latest) {
            // By another run: what was set aside for this one comes too late.
            latest = setAside;
        }
        return committed;
    }

    /** No version beyond this was ever written. */
    public long attempted() throws TeeException {
        return counters.get(ATTEMPTED);
    }

    /** A version that no run of the TA has written, and none will. */
    public long next(int file) throws TeeException {
        if (latest == setAside) {
            long attempted = Math.max(attempted(), committed()) >>> FILE_BITS;
            counters.advance(ATTEMPTED, (attempted + AHEAD) << FILE_BITS | MOST_FILES - 1);
            latest = attempted;
            setAside = attempted + AHEAD;
        }
        latest++;
        return latest << FILE_BITS | file;
    }

    /**
     * From now on there is nothing in the store. One step, for which no file is written.
     *
     * @param latest a version that is stored, and is to count no more even if the counters were behind it
     */
    public void beginAnew(long latest) throws TeeException {
        long beyond = Math.max(Math.max(attempted(), committed()), latest) >>> FILE_BITS;
        long anew = beyond + 1 << FILE_BITS | NO_FILE;
        try {
            counters.advance(COMMITTED, anew);
        } catch (TeeException e) {
            if (committed() != anew) {
                throw e;
            }
        }
    }

    /** From now on this version counts. */
    public void commit(long version) throws TeeException {
        counters.advance(COMMITTED, version);
    }
}
