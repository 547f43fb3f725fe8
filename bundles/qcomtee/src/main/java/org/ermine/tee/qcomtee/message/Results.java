// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeResult;

/**
 * What QTEE is told when a callback fails. An object chooses among fewer results than the transport: what it answers
 * goes through {@link #ofObject} before it becomes the outcome of its request.
 */
public final class Results {

    private Results() {}

    /**
     * @param answer 0, a positive result of the callback object, or a negative errno
     * @return the same as outcome of a request; ERROR for an errno that says nothing an object could say
     */
    public static int ofObject(int answer) {
        if (answer >= 0) {
            return answer;
        }
        Errno errno = Errno.of(-answer).orElse(null);
        return errno == Errno.ETIMEDOUT ? TeeResult.ERROR.code() : answer;
    }

    /** @param outcome 0, a positive result, or a negative errno */
    public static int toQtee(int outcome) {
        if (outcome >= 0) {
            return outcome;
        }
        return Errno.of(-outcome).map(Results::toQtee).orElse(TeeResult.ERROR).code();
    }

    private static TeeResult toQtee(Errno errno) {
        return switch (errno) {
            case ENOMEM -> TeeResult.KMEM;
            case ENODEV -> TeeResult.DEFUNCT;
            case ENOSPC, EBUSY -> TeeResult.BUSY;
            case EBADF, EINVAL -> TeeResult.UNAVAIL;
            case ETIMEDOUT -> TeeResult.TIMEOUT;
            default -> TeeResult.ERROR;
        };
    }
}
