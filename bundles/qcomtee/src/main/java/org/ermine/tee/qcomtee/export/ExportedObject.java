// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import org.ermine.tee.spi.TeeParam;

/**
 * An object that the normal world hosts for QTEE. Each id under which QTEE knows it is a reference, and so is each use
 * in a message under way.
 */
public sealed interface ExportedObject extends TeeParam.Hold permits UserObject, SharedMemoryObject {

    /** Takes a reference unless the last one is gone. */
    boolean tryRetain();

    /**
     * Gives a reference back, also that of a parameter that named it. What the last one entails happens on the
     * calling thread.
     */
    @Override
    void release();

    /** The context it belongs to. */
    ContextObjects context();
}
