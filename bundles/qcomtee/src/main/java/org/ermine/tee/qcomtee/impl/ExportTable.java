// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.OwnerShares;

/**
 * The ids under which QTEE knows objects of the normal world: one table for the device. Ids are given out cyclically, so that
 * one is not used again soon; each export gives a new one. An id stands for the references that QTEE took with it: the one it
 * got it with, and those of RETAIN.
 *
 * <p>Each owner of objects has a share of the ids.
 *
 * <p>{@code this} guards all fields. No reference is dropped while it is held.
 */
final class ExportTable {

    /** The bit that tells objects of the normal world from QTEE's. */
    static final int NORMAL_WORLD = 0x80000000;

    /** The object that is always there; never in the table. */
    static final int PRIMORDIAL = 0x80000000;

    private static final int FIRST = 0x80000001;

    private final Map<Integer, Export> exports = new HashMap<>();
    private final int capacity;
    private final OwnerShares shares;
    private int next = FIRST;

    private static final class Export {
        private final HostedObject object;
        private int references = 1;

        private Export(HostedObject object) {
            this.object = object;
        }
    }

    /**
     * @param capacity the most ids that may be in use at once
     * @param shares what owners have of them
     */
    ExportTable(int capacity, OwnerShares shares) {
        this.capacity = capacity;
        this.shares = shares;
    }

    /**
     * Gives an object a new id; a reference of the caller passes to it.
     *
     * @throws TeeException ENOSPC if too many ids are in use, by all or by the owner of the object; the reference stays with the
     *     caller
     */
    int export(HostedObject object) throws TeeException {
        OwnerShares.Share share = object.context().exported();
        if (!share.tryTake(1)) {
            throw new TeeException(Errno.ENOSPC, "one more object for QTEE: " + share.refusal());
        }
        int id = add(object);
        if (id == 0) {
            share.giveBack(1);
            throw new TeeException(
                    Errno.ENOSPC,
                    "QTEE holds " + capacity + " objects of the normal world, the limit (option exports of "
                            + QcomTeeConfiguration.PID + ")" + shares.largest());
        }
        return id;
    }

    /** 0 if too many ids are in use. */
    private synchronized int add(HostedObject object) {
        if (exports.size() >= capacity) {
            return 0;
        }
        while (exports.containsKey(next)) {
            advance();
        }
        int id = next;
        exports.put(id, new Export(object));
        advance();
        return id;
    }

    /** Finds an object and takes a reference for the caller; null if there is none. */
    synchronized HostedObject acquire(int id) {
        Export export = exports.get(id);
        return export != null && export.object.tryRetain() ? export.object : null;
    }

    /** QTEE takes another reference with an id; false if there is no such id. */
    synchronized boolean retain(int id) {
        Export export = exports.get(id);
        if (export != null) {
            export.references++;
        }
        return export != null;
    }

    /** QTEE gives a reference back; with the last one of an id, the id goes. False if there is no such id. */
    boolean release(int id) {
        Export gone = null;
        synchronized (this) {
            Export export = exports.get(id);
            if (export == null) {
                return false;
            }
            if (--export.references == 0) {
                gone = exports.remove(id);
            }
        }
        if (gone != null) {
            gone.object.context().exported().giveBack(1);
            gone.object.put();
        }
        return true;
    }

    /** Takes an id back that QTEE never saw; its reference passes to the caller. */
    HostedObject withdraw(int id) {
        Export export;
        synchronized (this) {
            export = exports.remove(id);
        }
        if (export == null) {
            return null;
        }
        export.object.context().exported().giveBack(1);
        return export.object;
    }

    /** QTEE is gone: everything it held goes. Returns how many ids there were. */
    int clear() {
        List<Export> all;
        synchronized (this) {
            all = new ArrayList<>(exports.values());
            exports.clear();
        }
        for (Export export : all) {
            export.object.context().exported().giveBack(1);
            export.object.put();
        }
        return all.size();
    }

    private void advance() {
        next = next == -1 ? FIRST : next + 1;
    }
}
