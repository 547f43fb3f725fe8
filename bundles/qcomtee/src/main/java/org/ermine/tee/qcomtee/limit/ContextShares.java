// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import org.ermine.tee.embedded.limits.OwnerShares;

/**
 * The shares of a context's owner. The context enters all of them together, or none of them, and leaves them together.
 * Does not change between the two.
 */
public final class ContextShares {

    private OwnerShares.Share exported;
    private OwnerShares.Share callbacks;
    private OwnerShares.Share notifications;
    private OwnerShares.Share messages;
    private OwnerShares.Share abandoned;

    private ContextShares() {}

    /** For one more context of this owner; to be {@linkplain #leave left}. */
    public static ContextShares enter(DeviceShares device, String owner) {
        ContextShares shares = new ContextShares();
        boolean entered = false;
        try {
            shares.exported = device.exported().enter(owner);
            shares.callbacks = device.callbacks().enter(owner);
            shares.notifications = device.notifications().enter(owner);
            shares.messages = device.messages().enter(owner);
            shares.abandoned = device.abandoned().enter(owner);
            entered = true;
            return shares;
        } finally {
            if (!entered) {
                shares.leave();
            }
        }
    }

    /** Ids under which QTEE knows objects of the owner. */
    public OwnerShares.Share exported() {
        return exported;
    }

    /** Callback objects of the owner, those included whose release is not received yet. */
    public OwnerShares.Share callbacks() {
        return callbacks;
    }

    /** Releases of the owner's callback objects that are not received yet. */
    public OwnerShares.Share notifications() {
        return notifications;
    }

    /** Bytes of the owner's large messages under way. */
    public OwnerShares.Share messages() {
        return messages;
    }

    /** Bytes of the owner's message buffers that QTEE did not give back. */
    public OwnerShares.Share abandoned() {
        return abandoned;
    }

    /** The context takes no more of them. */
    public void leave() {
        leave(exported);
        leave(callbacks);
        leave(notifications);
        leave(messages);
        leave(abandoned);
    }

    private static void leave(OwnerShares.Share entered) {
        if (entered != null) {
            entered.leave();
        }
    }
}
