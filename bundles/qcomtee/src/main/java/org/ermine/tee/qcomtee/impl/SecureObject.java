// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A reference that the normal world holds on an object hosted by QTEE. Each id that QTEE hands out is one reference, also if
 * it names the same object again. When the last holder is gone, the device's release queue gives it back: until then the object
 * is a link of the queue, so that to drop it needs no memory.
 *
 * <p>There may be a million of these, so its fields are counted: 32 bytes on a 64-bit JVM with compressed pointers.
 */
final class SecureObject implements IdTable.Entry {

    private static final AtomicIntegerFieldUpdater<SecureObject> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(SecureObject.class, "references");

    /** From 1; at 0 nobody gets a reference any more. */
    private volatile int references = 1;

    /** The names of QTEE's own objects leave this bit free. */
    private static final int OPENS_SERVICES = ExportTable.NORMAL_WORLD;

    private final ReleaseQueue releases;
    /** The id on the wire, and {@link #OPENS_SERVICES}. */
    private int nameAndKind;
    /**
     * The upper half of its id in its context's table; the lower one is its place there. Once the last reference is gone and no
     * table has it: how often its release failed.
     */
    private volatile int generation;
    /** Another one that is to be released; the release queue's own. */
    private SecureObject next;

    /** @param name the object's id on the wire, as QTEE gave it */
    SecureObject(int name, ReleaseQueue releases) {
        this(name, releases, false);
    }

    /** @param opensServices whether it is known to be a client environment */
    SecureObject(int name, ReleaseQueue releases, boolean opensServices) {
        this(releases);
        name(name, opensServices);
    }

    /** One that is made ahead, and is to be {@linkplain #name named} before anything else. */
    SecureObject(ReleaseQueue releases) {
        this.releases = releases;
    }

    /** @param opensServices whether it is known to be a client environment */
    void name(int name, boolean opensServices) {
        nameAndKind = opensServices ? name | OPENS_SERVICES : name;
    }

    /** The id on the wire. */
    int name() {
        return nameAndKind & ~OPENS_SERVICES;
    }

    /** Whether it is known to be a client environment, see {@link ServicePolicy}. */
    boolean opensServices() {
        return nameAndKind < 0;
    }

    boolean tryRetain() {
        int seen = references;
        while (seen > 0) {
            if (REFERENCES.compareAndSet(this, seen, Math.addExact(seen, 1))) {
                return true;
            }
            seen = references;
        }
        return false;
    }

    void put() {
        int left = REFERENCES.decrementAndGet(this);
        if (left < 0) {
            throw new IllegalStateException("object " + name() + " of QTEE is released more often than retained");
        }
        if (left == 0) {
            generation = 0;
            releases.add(this);
        }
    }

    SecureObject next() {
        return next;
    }

    void next(SecureObject next) {
        this.next = next;
    }

    /** How often its release failed. */
    int failures() {
        return generation;
    }

    /** Its release failed once more. */
    void failed() {
        generation = generation + 1;
    }

    @Override
    public void id(long id) {
        generation = generation(id);
    }

    @Override
    public boolean hasId(long id) {
        return generation == generation(id);
    }

    private static int generation(long id) {
        return (int) (id >>> 32);
    }
}
