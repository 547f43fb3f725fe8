// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

/**
 * What a message can name.
 *
 * @param owner who hosts it; null for an object of the secure world, and for none
 * @param number the owner's number for a callback object, the id of shared memory, or the id of a secure object on the
 * wire
 */
record ForeignObject(Kind kind, ForeignClient owner, long number) {

    enum Kind {
        NULL,
        USER,
        MEMORY,
        SECURE
    }

    static final ForeignObject NONE = new ForeignObject(Kind.NULL, null, 0);

    static ForeignObject secure(int id) {
        return new ForeignObject(Kind.SECURE, null, id);
    }

    /** Objects of one client are nothing that another may get. */
    boolean mayGoTo(ForeignClient client) {
        return owner == null || owner == client;
    }

    @Override
    public String toString() {
        return kind + " " + number;
    }
}
