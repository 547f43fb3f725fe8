// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;

/** A failure of the file system whose error number was found out. */
public final class DiagnosedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    public DiagnosedException(int errno, String message, Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
