// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

/** Gives references back that a message held: all of them, whatever the end of one of their objects throws. Stateless. */
final class References {

    private References() {}

    /** Drops a reference on each of the first {@code count}: objects of either world, or null. */
    static void putAll(Object[] held, int count) {
        putFrom(0, held, count);
    }

    private static void putFrom(int first, Object[] held, int count) {
        int at = first;
        try {
            while (at < count) {
                put(held[at]);
                at++;
            }
        } finally {
            if (at < count) {
                putFrom(at + 1, held, count);
            }
        }
    }

    private static void put(Object object) {
        if (object instanceof SecureObject secure) {
            secure.put();
        } else if (object instanceof HostedObject hosted) {
            hosted.put();
        }
    }
}
