// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;

/** The way of an object into the TEE. */
public interface ObjectInvoker {

    /** A limit in nanoseconds; one that is too long to be counted is the longest. */
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

    /** The last reference of the client to an object is closed: the TEE is told, and so is who observes. */
    void closed(long object);

    /** Tells the TEE that the context lets an object go of which the client has no reference. */
    void releaseObject(long object);
}
