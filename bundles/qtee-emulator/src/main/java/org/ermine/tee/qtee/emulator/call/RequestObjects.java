// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalHandle;
import org.ermine.tee.qtee.emulator.normalworld.NormalReference;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.TrustedReference;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The input objects of a callback request. Those of the secure world become the client's when the request is sent;
 * those of the normal world are held until it is answered. Used again for one request after the other.
 */
final class RequestObjects {

    private final NormalWorld world;
    private final DomainObjectTable objects;
    private final int[] ids = new int[TransportFormat.MAX_OF_A_KIND];
    private final NormalHandle[] held = new NormalHandle[TransportFormat.MAX_OF_A_KIND];
    private int count;

    RequestObjects(NormalWorld world, DomainObjectTable objects) {
        this.world = world;
        this.objects = objects;
    }

    /**
     * Adds an object.
     *
     * @param domain the domain that sends it
     * @param client on whose behalf
     * @return its id
     */
    int export(ObjectReference object, Domain domain, Client client) throws TeeException {
        int id = TransportFormat.NULL_ID;
        if (object instanceof NormalReference reference) {
            held[count] = reference.share();
            id = held[count].id();
        } else if (object instanceof TrustedReference reference) {
            id = reference(reference.hosted(), client);
        } else if (object instanceof TrustedObject own) {
            id = reference(own, domain, client);
        } else if (object != null) {
            throw new TeeException(
                    TeeResult.INVALID, object.getClass().getName() + " is no object of the trusted side");
        }
        ids[count++] = id;
        return id;
    }

    /** The request is not sent: takes everything back, and tells nobody. */
    void releaseUnannounced() {
        try {
            for (int i = 0; i < count; i++) {
                if (!TransportFormat.isNormalWorld(ids[i]) && ids[i] != TransportFormat.NULL_ID) {
                    objects.releaseUnannounced(ids[i]);
                }
            }
        } finally {
            answered();
        }
    }

    /** Whatever is thrown, each is released once, and nothing stays for the next request. */
    void answered() {
        int all = count;
        count = 0;
        releaseHeld(0, all);
    }

    private void releaseHeld(int from, int to) {
        int at = from;
        try {
            while (at < to) {
                NormalHandle last = held[at];
                held[at] = null;
                if (last != null) {
                    world.release(last);
                }
                at++;
            }
        } finally {
            if (at < to) {
                releaseHeld(at + 1, to);
            }
        }
    }

    private static int reference(DomainObject hosted, Client client) throws TeeException {
        if (!hosted.tryRetain()) {
            throw new TeeException(TeeResult.DEFUNCT, "an input object is DEFUNCT");
        }
        try {
            return hosted.reference(client);
        } finally {
            hosted.release();
        }
    }

    private int reference(TrustedObject own, Domain domain, Client client) throws TeeException {
        DomainObject hosted = objects.host(own, domain);
        try {
            return hosted.reference(client);
        } finally {
            hosted.releaseUnannounced();
        }
    }
}
