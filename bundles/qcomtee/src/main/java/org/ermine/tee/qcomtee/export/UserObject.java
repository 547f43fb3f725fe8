// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.references.ReferenceCount;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.request.RequestTarget;
import org.ermine.tee.qcomtee.request.UserRequest;

/**
 * A callback object that a client handed to QTEE. Made anew each time one is handed over, also for an id seen before;
 * keeps its context alive.
 *
 * <p>When the last reference goes, a release notification is queued for the context, unless the object never came to
 * QTEE.
 */
public final class UserObject implements ExportedObject, RequestTarget {

    private final ReferenceCount references = new ReferenceCount();
    private final ContextObjects context;
    private final long object;
    /** Made ahead: when the object goes there may be no memory for it. */
    private final UserRequest notification;

    private volatile boolean unannounced;

    /**
     * Makes one that is counted in its context.
     *
     * @param object the client's id for it, opaque here
     * @throws TeeException ENOSPC if there are too many
     */
    public static UserObject counted(ContextObjects context, long object) throws TeeException {
        context.countUserObject();
        UserObject made = null;
        try {
            made = new UserObject(context, object);
            return made;
        } finally {
            if (made == null) {
                context.userObjectForgotten();
            }
        }
    }

    /** @param object the client's id for it, opaque here */
    public UserObject(ContextObjects context, long object) {
        this.context = context;
        this.object = object;
        notification = new UserRequest(this, Wire.OP_RELEASE);
        context.host().retain();
    }

    @Override
    public ContextObjects context() {
        return context;
    }

    @Override
    public long object() {
        return object;
    }

    @Override
    public void notificationGone() {
        context.notificationGone();
    }

    /** It did not come to QTEE: its end is not to be announced. */
    public void endUnannounced() {
        unannounced = true;
    }

    @Override
    public boolean tryRetain() {
        return references.tryRetain();
    }

    @Override
    public void release() {
        if (!references.release()) {
            return;
        }
        try {
            if (unannounced) {
                context.userObjectForgotten();
            } else {
                context.userObjectGone(notification);
            }
        } finally {
            context.host().release();
        }
    }
}
