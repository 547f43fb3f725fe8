// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/** What a request goes through. */
public enum Kind {
    /** A new context, registered as a client, with the trusted application loaded. */
    CONNECT(false),
    /** An object of the secure world, nothing else. */
    DIRECT(false),
    /** A new object of the secure world. */
    CREATE(false),
    /** Shared memory that the secure world maps, reads and writes. */
    MEMORY(false),
    /** The secure world asks a listener handler. */
    LISTENER(true),
    /** The secure world invokes a callback object behind which a handler service stands. */
    NAMED(true),
    /** The secure world invokes a callback object of the client itself. */
    OWN(true);

    private final boolean handled;

    Kind(boolean handled) {
        this.handled = handled;
    }

    /** Whether code of the normal world answers it. */
    public boolean isHandled() {
        return handled;
    }
}
