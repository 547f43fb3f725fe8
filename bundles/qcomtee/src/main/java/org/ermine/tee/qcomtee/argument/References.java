// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.argument;

import java.util.Arrays;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;

/**
 * The references that a message holds on objects of either world, by their number in it. Reused; owned by one thread at
 * a time.
 *
 * <p>All of them are given back, whatever the end of one of their objects throws.
 */
final class References {

    private final SecureObjects secureObjects;
    /** Null for an object of QTEE's, or none. */
    private final ExportedObject[] hosted = new ExportedObject[Wire.MAX_OF_A_KIND];
    /** {@link SecureObjects#NONE} for an object of the normal world, or none. */
    private final int[] secure = new int[Wire.MAX_OF_A_KIND];

    private int count;

    References(SecureObjects secureObjects) {
        this.secureObjects = secureObjects;
    }

    /** @param object the reference passes to this; or null */
    void add(ExportedObject object) {
        add(object, SecureObjects.NONE);
    }

    /** @param object the reference passes to this */
    void addSecure(int object) {
        add(null, object);
    }

    private void add(ExportedObject hostedObject, int secureObject) {
        hosted[count] = hostedObject;
        secure[count] = secureObject;
        count++;
    }

    int count() {
        return count;
    }

    /** The object of the normal world, or null. */
    ExportedObject hosted(int index) {
        return hosted[index];
    }

    /** The object of QTEE's, or {@link SecureObjects#NONE}. */
    int secure(int index) {
        return secure[index];
    }

    /**
     * Holds this object of QTEE's as {@code index}, or {@link SecureObjects#NONE}; the reference on the one before is
     * somebody else's.
     */
    void replaceSecure(int index, int object) {
        secure[index] = object;
    }

    /** The reference passes to the caller. */
    void handOver(int index) {
        hosted[index] = null;
        secure[index] = SecureObjects.NONE;
    }

    /** Gives all references back. */
    void releaseAll() {
        try {
            releaseFrom(0);
        } finally {
            Arrays.fill(hosted, 0, count, null);
            count = 0;
        }
    }

    private void releaseFrom(int first) {
        int at = first;
        try {
            while (at < count) {
                release(at);
                at++;
            }
        } finally {
            if (at < count) {
                releaseFrom(at + 1);
            }
        }
    }

    private void release(int index) {
        if (secure[index] != SecureObjects.NONE) {
            secureObjects.release(secure[index]);
        } else if (hosted[index] != null) {
            hosted[index].release();
        }
    }
}
