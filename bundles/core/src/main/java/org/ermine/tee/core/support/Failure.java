// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/**
 * What a callback object threw, turned into what leaves this bundle: a result. The Throwable itself is not kept nor handed to a logger,
 * since it would pin the class loader of whoever threw it.
 *
 * <p>Nothing that is thrown is thrown on, not even an Error: the thread belongs to the workers and serves others next. Running
 * out of memory or stack concerns the one request; after anything worse the next request fails likewise and says so.
 */
public final class Failure {

    private Failure() {}

    /** The result for the TEE: a code that an object may return, a positive one. Those of the transport are not for objects. */
    public static int result(Throwable thrown) {
        return isAnswer(thrown) ? ((TeeException) thrown).result().code() : TeeResult.ERROR.code();
    }

    /** Whether the object chose its result: that is an answer, not a fault. */
    public static boolean isAnswer(Throwable thrown) {
        if (!(thrown instanceof TeeException)) {
            return false;
        }
        try {
            TeeResult result = ((TeeException) thrown).result();
            return result.isHostable() && !result.isOk();
        } catch (RuntimeException | Error e) {
            // A subclass that fails in result() has not chosen one.
            return false;
        }
    }
}
