// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;

/** What objects need of their context in order to reach the TEE. */
public interface ObjectInvoker {

    /** Returns a time limit in nanoseconds; a limit that is too long to be counted becomes the longest one. */
    static long nanos(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the time limit " + timeout + " is not positive");
        }
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE - 1)) > 0 ? Long.MAX_VALUE - 1 : timeout.toNanos();
    }

    /**
     * Invokes an object of the TEE, on the calling thread.
     *
     * @param callbackNanos how long it may wait for the answers to its callbacks
     */
    void carryOut(long object, int op, Arguments arguments, long callbackNanos) throws TeeException;

    /** Tells the TEE and the observer that the client has closed its last reference to an object. */
    void closed(long object);

    /** Tells the TEE that the context releases an object to which the client has no reference. */
    void releaseObject(long object);
}
