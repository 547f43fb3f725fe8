// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** The objects that an archive does without, as what is stored of them is damaged. Used by one thread. */
final class LeftOut {

    /** What is the matter with one object, and need not be with another. */
    private static final Set<Reason> DAMAGES = EnumSet.of(
            Reason.TAMPERED,
            Reason.TRUNCATED,
            Reason.CHUNK_MISSING,
            Reason.EXCHANGED,
            Reason.ROLLED_BACK,
            Reason.STORAGE_FAILED);

    /** More are only counted in a message. */
    private static final int NAMED = 10;

    /** Of more is not kept why: it may be all of a store. */
    static final int EXPLAINED = 100;

    private final List<SealedStorageException> failures = new ArrayList<>();
    private long count;

    /** Rethrows what is not the matter with that object alone. */
    void add(SealedStorageException failure) throws SealedStorageException {
        if (!isDamage(failure)) {
            throw failure;
        }
        count++;
        if (failures.size() < EXPLAINED) {
            failures.add(failure);
        }
    }

    private static String number(long objects) {
        return objects == 1 ? "1 object" : objects + " objects";
    }

    static boolean isDamage(SealedStorageException failure) {
        return DAMAGES.contains(failure.reason());
    }

    /**
     * That would be no archive to put in another's place.
     *
     * @throws SealedStorageException for the reason of the first one, if there are any
     */
    void requireNotAll() throws SealedStorageException {
        if (count > 0) {
            SealedStorageException first = failures.get(0);
            throw new SealedStorageException(
                    first.reason(),
                    "no archive was written, as nothing can be read of " + number(count) + ": " + first.fault(),
                    first);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Returns what names them: BACKUP_INCOMPLETE. Of the first {@value #EXPLAINED} a suppressed exception tells why.
     *
     * @param place where the archive is
     * @param archived how many objects are in it
     */
    SealedStorageException incomplete(String place, long archived) {
        SealedStorageException incomplete = new SealedStorageException(
                Reason.BACKUP_INCOMPLETE,
                "an archive was written, " + place + ", with " + number(archived) + ", but without "
                        + (count == 1 ? "one that is damaged: " : count + " that are damaged: ")
                        + failures.stream()
                                .limit(NAMED)
                                .map(SealedStorageException::fault)
                                .collect(Collectors.joining("; "))
                        + (count > NAMED ? "; and " + (count - NAMED) + " more" : ""));
        failures.forEach(incomplete::addSuppressed);
        return incomplete;
    }
}
