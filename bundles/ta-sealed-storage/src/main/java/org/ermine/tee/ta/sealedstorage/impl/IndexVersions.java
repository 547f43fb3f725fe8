// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.TrustedEnvironment;

/**
 * The numbers of the index's versions, and the two counters that say which of them counts; see the package for why. Used by who
 * has the store's turn.
 */
final class IndexVersions {

    /** Counter: the version that counts. */
    static final String COMMITTED = "index.committed";
    /** Counter: no version beyond it was ever written. */
    static final String ATTEMPTED = "index.attempted";

    /** So many versions are set aside at once: a counter costs as much to advance as a file to write. */
    static final int AHEAD = 1024;

    private final SecureCounters counters;
    /** The last version that was given out, and the last that was set aside for this run of the TA. */
    private long latest;

    private long setAside;

    IndexVersions(TrustedEnvironment environment) {
        counters = new SecureCounters(environment);
    }

    /** The version that counts, 0 before the first. */
    long committed() throws TeeException {
        long committed = counters.get(COMMITTED);
        if (committed > latest) {
            // By another run: what was set aside for this one comes too late.
            latest = setAside;
        }
        return committed;
    }

    /** No version beyond this was ever written. */
    long attempted() throws TeeException {
        return counters.get(ATTEMPTED);
    }

    /** A version that no run of the TA has written, and none will. */
    long next() throws TeeException {
        if (latest == setAside) {
            long attempted = Math.max(attempted(), committed());
            counters.advance(ATTEMPTED, attempted + AHEAD);
            latest = attempted;
            setAside = attempted + AHEAD;
        }
        latest++;
        return latest;
    }

    /** From now on this version counts. */
    void commit(long version) throws TeeException {
        counters.advance(COMMITTED, version);
    }
}
