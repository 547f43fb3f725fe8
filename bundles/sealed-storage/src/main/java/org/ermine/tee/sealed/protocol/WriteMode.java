// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What may stand under the name of an object that is sealed. */
public enum WriteMode {
    /** Anything: it is replaced. */
    REPLACING(SealedStorageProtocol.OP_CREATE, SealedStorageProtocol.OP_RENAME),
    /** Nothing. */
    NEW(SealedStorageProtocol.OP_CREATE_NEW, SealedStorageProtocol.OP_RENAME_NEW);

    private final int operation;
    private final int renaming;

    WriteMode(int operation, int renaming) {
        this.operation = operation;
        this.renaming = renaming;
    }

    /** Of the application, which looks at it again as part of the commit. */
    public int operation() {
        return operation;
    }

    /** The same, for an object that is renamed. */
    public int renaming() {
        return renaming;
    }
}
