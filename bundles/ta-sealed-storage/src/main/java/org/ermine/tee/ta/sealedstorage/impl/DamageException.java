// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** A stored file is not what it has to be; the result says what it is instead. */
final class DamageException extends TeeException {

    private static final long serialVersionUID = 1L;

    DamageException(int error, String message) {
        super(TeeResult.of(error), message);
    }

    /** The same, of this file. */
    DamageException in(StoredFile file) {
        return new DamageException(result().code(), file + ": " + getMessage());
    }
}
