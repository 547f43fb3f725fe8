// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** What may stand under the name of an object that is sealed. */
enum Placement {
    /** Anything: it is replaced. */
    REPLACING(SealedStorageProtocol.OP_CREATE),
    /** Nothing. */
    NEW(SealedStorageProtocol.OP_CREATE_NEW);

    private final int operation;

    Placement(int operation) {
        this.operation = operation;
    }

    /** Of the application, which looks at it again as part of the commit. */
    int operation() {
        return operation;
    }
}
