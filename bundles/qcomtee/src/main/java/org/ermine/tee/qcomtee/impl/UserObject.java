// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

/**
 * A callback object that a client handed to QTEE. Made anew each time one is handed over, also for an id seen before; keeps
 * its context alive.
 *
 * <p>When the last reference goes, a release notification is queued for the context, unless the object never came to QTEE.
 */
final class UserObject implements HostedObject {

    private final ReferenceCount references = new ReferenceCount();
    private final QcomContext context;
    private final long object;
    /** Made ahead: when the object goes there may be no memory for it. */
    private final UserRequest notification;

    private volatile boolean silent;

    /** @param object the client's id for it, opaque here */
    UserObject(QcomContext context, long object) {
        this.context = context;
        this.object = object;
        notification = new UserRequest(this, Wire.OP_RELEASE);
        context.host().retain();
    }

    @Override
    public QcomContext context() {
        return context;
    }

    /** The client's id for it. */
    long object() {
        return object;
    }

    /** It did not come to QTEE: its end is not to be announced. */
    void silence() {
        silent = true;
    }

    @Override
    public boolean tryRetain() {
        return references.tryRetain();
    }

    @Override
    public void put() {
        if (!references.release()) {
            return;
        }
        try {
            context.userObjectGone(silent ? null : notification);
        } finally {
            context.host().put();
        }
    }
}
