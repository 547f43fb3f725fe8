// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.normalworld;

import org.ermine.tee.embedded.references.ReferenceCount;

/**
 * An object of the normal world that the secure world owns. The normal world is told when the last share of it is
 * released.
 */
public final class NormalHandle {

    private final int id;
    private final ReferenceCount references = new ReferenceCount();

    public NormalHandle(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /**
     * Takes a share.
     *
     * @return false if the last one was released
     */
    boolean share() {
        return references.tryRetain();
    }

    /**
     * Releases a share.
     *
     * @return whether it was the last one, and the normal world must be told
     */
    public boolean release() {
        return references.release();
    }
}
