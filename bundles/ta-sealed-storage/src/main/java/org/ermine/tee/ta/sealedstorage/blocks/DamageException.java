// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;

/** A stored file is not what it has to be; the result says what it is instead. */
public final class DamageException extends TeeException {

    private static final long serialVersionUID = 1L;

    public DamageException(int error, String message) {
        super(TeeResult.of(error), message);
    }

    /** The same, of this file. */
    public DamageException in(StoredFile file) {
        return new DamageException(result().code(), file + ": " + getMessage());
    }
}
