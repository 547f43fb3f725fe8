// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;

/** Tells that a request is refused before any file is touched. */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    public RefusedException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
