// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.qcomtee.limit.QcomTeeConfiguration;
import org.ermine.tee.qcomtee.message.Wire;

/**
 * The ids under which QTEE knows objects of the normal world: one table for the device. Ids are given out cyclically,
 * so that one is not used again soon; each export gives a new one. An id stands for the references that QTEE took with
 * it: the one it got it with, and those of RETAIN.
 *
 * <p>Each owner of objects has a share of the ids.
 *
 * <p>{@code this} guards all fields. No reference is released while it is held.
 */
public final class ExportTable {

    /** The primordial object comes before it, which is always there and never in the table. */
    private static final int FIRST = Wire.OBJECT_PRIMORDIAL + 1;

    private static final int INITIAL_CAPACITY = 8;

    /** By the low bits of the ids, of which there are as many as places on average. Only to add one takes memory. */
    private Export[] places = new Export[INITIAL_CAPACITY];

    private int size;
    private final int capacity;
    private final OwnerShares shares;
    private int next = FIRST;

    private static final class Export {
        private final int id;
        private final ExportedObject object;
        /**
         * Those that QTEE took with this id; a plain number, since the monitor of the table guards it with the rest.
         */
        private int references = 1;

        private Export samePlace;

        private Export(int id, ExportedObject object) {
            this.id = id;
            this.object = object;
        }
    }

    /**
     * @param capacity the most ids that may be in use at once
     * @param shares what owners have of them
     */
    public ExportTable(int capacity, OwnerShares shares) {
        this.capacity = capacity;
        this.shares = shares;
    }

    /**
     * Gives an object a new id; a reference of the caller passes to it.
     *
     * @throws TeeException ENOSPC if too many ids are in use, by all or by the owner of the object; the reference stays
     *     with the caller
     */
    public int export(ExportedObject object) throws TeeException {
        OwnerShares.Share share = object.context().exported();
        if (!share.tryTake(1)) {
            throw new TeeException(Errno.ENOSPC, "one more object for QTEE: " + share.refusal());
        }
        int id = 0;
        try {
            id = add(object);
        } finally {
            if (id == 0) {
                share.giveBack(1);
            }
        }
        if (id == 0) {
            throw new TeeException(
                    Errno.ENOSPC,
                    "QTEE holds " + capacity + " objects of the normal world, the limit (option exports of "
                            + QcomTeeConfiguration.PID + ")" + shares.largest());
        }
        return id;
    }

    /** 0 if too many ids are in use. */
    private synchronized int add(ExportedObject object) {
        if (size >= capacity) {
            return 0;
        }
        while (find(next) != null) {
            advance();
        }
        Export export = new Export(next, object);
        if (size == places.length) {
            grow();
        }
        place(export, places);
        size++;
        advance();
        return export.id;
    }

    private Export find(int id) {
        Export export = places[id & places.length - 1];
        while (export != null && export.id != id) {
            export = export.samePlace;
        }
        return export;
    }

    private static void place(Export export, Export[] places) {
        int place = export.id & places.length - 1;
        export.samePlace = places[place];
        places[place] = export;
    }

    private void grow() {
        Export[] larger = new Export[2 * places.length];
        for (Export first : places) {
            for (Export export = first; export != null; ) {
                Export rest = export.samePlace;
                place(export, larger);
                export = rest;
            }
        }
        places = larger;
    }

    /** Takes an id out; null if there is none. */
    private Export removeExport(int id) {
        Export export = find(id);
        if (export != null) {
            displace(export);
            size--;
        }
        return export;
    }

    private void displace(Export export) {
        int place = export.id & places.length - 1;
        if (places[place] == export) {
            places[place] = export.samePlace;
        } else {
            Export before = places[place];
            while (before.samePlace != export) {
                before = before.samePlace;
            }
            before.samePlace = export.samePlace;
        }
        export.samePlace = null;
    }

    /** Takes an id out that stands in this place; null if there is none. */
    private synchronized Export removeFrom(int place) {
        return place < places.length && places[place] != null ? removeExport(places[place].id) : null;
    }

    /** Finds an object and takes a reference for the caller; null if there is none. */
    public synchronized ExportedObject acquire(int id) {
        Export export = find(id);
        return export != null && export.object.tryRetain() ? export.object : null;
    }

    /** QTEE takes another reference with an id; false if there is no such id. */
    public synchronized boolean retain(int id) {
        Export export = find(id);
        if (export != null) {
            export.references++;
        }
        return export != null;
    }

    /** QTEE gives a reference back; with the last one of an id, the id goes. False if there is no such id. */
    public boolean release(int id) {
        Export gone = null;
        synchronized (this) {
            Export export = find(id);
            if (export == null) {
                return false;
            }
            if (--export.references == 0) {
                gone = removeExport(id);
            }
        }
        if (gone != null) {
            gone.object.context().exported().giveBack(1);
            gone.object.release();
        }
        return true;
    }

    /** Takes an id back that QTEE never saw; its reference passes to the caller. */
    public ExportedObject remove(int id) {
        Export export;
        synchronized (this) {
            export = removeExport(id);
        }
        if (export == null) {
            return null;
        }
        export.object.context().exported().giveBack(1);
        return export.object;
    }

    /** QTEE is gone: everything it held goes. Returns how many ids there were. */
    public int clear() {
        int cleared = 0;
        for (int place = 0; place < places(); place++) {
            for (Export export = removeFrom(place); export != null; export = removeFrom(place)) {
                cleared++;
                export.object.context().exported().giveBack(1);
                export.object.release();
            }
        }
        return cleared;
    }

    private synchronized int places() {
        return places.length;
    }

    private void advance() {
        next = next == -1 ? FIRST : next + 1;
    }
}
