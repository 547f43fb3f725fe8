// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeResult;

/** What QTEE is told when a callback fails. */
final class Results {

    private Results() {}

    /** @param outcome 0, a positive result of the callback object, or a negative errno */
    static int toQtee(int outcome) {
        if (outcome >= 0) {
            return outcome;
        }
        Errno errno = Errno.of(-outcome).orElse(null);
        if (errno == null) {
            return TeeResult.ERROR.code();
        }
        return switch (errno) {
            case ENOMEM -> TeeResult.KMEM.code();
            case ENODEV -> TeeResult.DEFUNCT.code();
            case ENOSPC, EBUSY -> TeeResult.BUSY.code();
            case EBADF, EINVAL -> TeeResult.UNAVAIL.code();
            case ETIMEDOUT -> TeeResult.TIMEOUT.code();
            default -> TeeResult.ERROR.code();
        };
    }
}
