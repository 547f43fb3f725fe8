// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/**
 * Turns what a callback object threw into a result for the TEE. The Throwable itself is neither kept nor handed to a
 * logger, since it would pin the class loader of the bundle that threw it.
 *
 * <p>Nothing that is thrown is thrown on, not even an Error, since the thread belongs to the workers and serves others
 * next. Running out of memory or stack concerns only the one request. After anything worse the next request fails in
 * the same way, and that is logged.
 */
public final class Failure {

    private Failure() {}

    /**
     * Returns the result for the TEE: a positive code, as objects may return. Negative codes are those of the
     * transport.
     */
    public static int result(Throwable thrown) {
        return isAnswer(thrown) ? ((TeeException) thrown).result().code() : TeeResult.ERROR.code();
    }

    /** Whether the object chose its result, so that it is an answer and not a fault. */
    public static boolean isAnswer(Throwable thrown) {
        if (!(thrown instanceof TeeException)) {
            return false;
        }
        try {
            TeeResult result = ((TeeException) thrown).result();
            return result.isHostable() && !result.isOk();
        } catch (Throwable e) {
            // A subclass whose result() fails has chosen no result.
            return false;
        }
    }
}
