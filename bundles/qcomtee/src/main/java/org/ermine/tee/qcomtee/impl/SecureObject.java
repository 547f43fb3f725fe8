// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

/**
 * A reference that the normal world holds on an object hosted by QTEE. Each id that QTEE hands out is one reference, also if
 * it names the same object again. When the last holder is gone, the device's release queue gives it back.
 */
final class SecureObject implements IdTable.Entry {

    private final ReferenceCount references = new ReferenceCount();
    private final ReleaseQueue releases;
    private final int name;
    private volatile long id;

    /** @param name the object's id on the wire, as QTEE gave it */
    SecureObject(int name, ReleaseQueue releases) {
        this.name = name;
        this.releases = releases;
    }

    /** The id on the wire. */
    int name() {
        return name;
    }

    boolean tryRetain() {
        return references.tryRetain();
    }

    void put() {
        if (references.release()) {
            releases.add(name);
        }
    }

    /** The id in its context's table. */
    @Override
    public long id() {
        return id;
    }

    @Override
    public void id(long id) {
        this.id = id;
    }
}
