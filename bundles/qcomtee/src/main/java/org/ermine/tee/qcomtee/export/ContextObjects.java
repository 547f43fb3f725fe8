// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.qcomtee.limit.ContextShares;
import org.ermine.tee.qcomtee.limit.QcomTeeConfiguration;
import org.ermine.tee.qcomtee.request.RequestQueue;
import org.ermine.tee.qcomtee.request.UserRequest;
import org.ermine.tee.qcomtee.teeobject.ObjectTable;
import org.ermine.tee.spi.ContextHost;

/**
 * What a context has to do with objects: the table of the TEE objects that its client names, how many callback objects
 * its client has handed over, and where requests to these are queued.
 *
 * <p>Callback objects are counted from the moment they are handed over until their release was received or dropped. An
 * owner for whom too many notifications wait hands nothing over; those of objects that QTEE has come all the same.
 */
public final class ContextObjects {

    private final ContextHost host;
    private final ObjectTable table;
    private final RequestQueue requests;
    private final int mostUserObjects;
    private final AtomicInteger userObjects = new AtomicInteger();
    /** Those are counted in {@code userObjects}, too. */
    private final OwnerShares.Share callbacks;

    private final OwnerShares.Share notifications;
    private final OwnerShares.Share exported;

    /** @param mostUserObjects how many callback objects the client may have handed over */
    public ContextObjects(
            ContextHost host, ObjectTable table, RequestQueue requests, ContextShares shares, int mostUserObjects) {
        this.host = host;
        this.table = table;
        this.requests = requests;
        this.mostUserObjects = mostUserObjects;
        exported = shares.exported();
        callbacks = shares.callbacks();
        notifications = shares.notifications();
    }

    public ContextHost host() {
        return host;
    }

    /** The objects of QTEE that the client names. */
    public ObjectTable table() {
        return table;
    }

    /** The requests of QTEE to the client's callback objects. */
    public RequestQueue requests() {
        return requests;
    }

    /** What the owner has of the ids under which QTEE knows objects. */
    OwnerShares.Share exported() {
        return exported;
    }

    /** How many callback objects the client has handed over, and was not told yet that QTEE let them go. */
    public int userObjects() {
        return userObjects.get();
    }

    /**
     * Counts one more callback object.
     *
     * @throws TeeException ENOSPC if there are too many
     */
    void countUserObject() throws TeeException {
        if (notifications.isUsedUp()) {
            throw new TeeException(Errno.ENOSPC, "one more callback object: " + notifications.refusal());
        }
        if (userObjects.incrementAndGet() > mostUserObjects) {
            userObjects.decrementAndGet();
            throw new TeeException(
                    Errno.ENOSPC,
                    "QTEE holds " + mostUserObjects + " callback objects of this context of " + host.owner()
                            + ", the limit (option userObjects of " + QcomTeeConfiguration.PID + ")");
        }
        if (!callbacks.tryTake(1)) {
            userObjects.decrementAndGet();
            throw new TeeException(Errno.ENOSPC, "one more callback object: " + callbacks.refusal());
        }
    }

    /** A callback object that was counted is gone, and nobody is to be told. */
    void userObjectForgotten() {
        userObjects.decrementAndGet();
        callbacks.giveBack(1);
    }

    /**
     * The last reference on a callback object is gone; its context is still referenced.
     *
     * @param notification of that
     */
    void userObjectGone(UserRequest notification) {
        notifications.add(1);
        if (!requests.notifyReleased(notification)) {
            notificationGone();
        }
    }

    /** The release notification of a callback object was received or dropped. */
    void notificationGone() {
        notifications.giveBack(1);
        userObjectForgotten();
    }
}
