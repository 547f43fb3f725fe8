// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.limit.ContextShares;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.ContextHost;

/** A context as it invokes: what its invocations need of it, and what they take of its owner's shares. */
public final class CallingContext {

    private final int number;
    private final Integer key;
    private final boolean privileged;
    private final ContextObjects objects;
    private final ContextShares shares;
    private final OwnerShares.Share abandoned;
    private final OwnerShares.Share messages;

    private final Object bytes = new Object();

    /**
     * @param number among the contexts of the device, from 1
     * @param privileged whether it is the device's own: the one that may do what clients may not
     * @param shares those of its owner, which it leaves
     */
    public CallingContext(int number, boolean privileged, ContextObjects objects, ContextShares shares) {
        this.number = number;
        this.key = number;
        this.privileged = privileged;
        this.objects = objects;
        this.shares = shares;
        abandoned = shares.abandoned();
        messages = shares.messages();
    }

    /** Its number among the contexts of the device, from 1. */
    public int number() {
        return number;
    }

    /** Its number as a key in a table, so that to remove it there needs no memory. */
    Integer key() {
        return key;
    }

    /** Whether it is the device's own: the one that may do what clients may not. */
    boolean isPrivileged() {
        return privileged;
    }

    /** Whether its invocations have to end. The device's own context goes on with releases while the device closes. */
    boolean isOver() {
        return !privileged && objects.table().isClosed();
    }

    public ContextObjects objects() {
        return objects;
    }

    public ContextHost host() {
        return objects.host();
    }

    /** The owner of what its messages leave in memory that is pooled. */
    Object bytes() {
        return bytes;
    }

    /**
     * The owner sends a message; {@link #endMessage} says that it is no longer under way.
     *
     * @throws TeeException ENOMEM if the owner has too many large ones under way
     */
    void beginMessage(int size) throws TeeException {
        if (size > Wire.SMALL_MESSAGE && !messages.tryTake(size)) {
            throw new TeeException(Errno.ENOMEM, "a message of " + size + " bytes: " + messages.refusal());
        }
    }

    void endMessage(int size) {
        if (size > Wire.SMALL_MESSAGE) {
            messages.giveBack(size);
        }
    }

    /** @throws TeeException EBUSY if QTEE has too many buffers of the owner that it does not give back */
    void requireFewAbandonedCalls() throws TeeException {
        if (abandoned.isUsedUp()) {
            throw new TeeException(Errno.EBUSY, "QTEE does not return from calls: " + abandoned.refusal());
        }
    }

    /** QTEE does not give so many bytes of message buffers back. */
    void abandoned(long bytes) {
        abandoned.add(bytes);
    }

    /** It invokes no more, and all of its objects are gone: it has no share any more. */
    public void leave() {
        shares.leave();
    }
}
