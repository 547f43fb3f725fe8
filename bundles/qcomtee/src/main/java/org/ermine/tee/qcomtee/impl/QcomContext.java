// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.OwnerShares;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * A context of the Qualcomm backend: its TEE objects, and the requests to its user objects.
 *
 * <p>User objects are counted from the moment they are handed over until their release was received or dropped. An owner for whom too many
 * notifications wait hands nothing over; those of objects that QTEE has come all the same.
 */
final class QcomContext implements DriverContext {

    /** The {@link SecureObjects#word} of the root object, which opens services. */
    private static final int ROOT = SecureObjects.word(Wire.OBJECT_ROOT, true);

    private final QcomTee tee;
    private final ContextHost host;
    private final int number;
    private final ObjectTable objects;
    private final RequestQueue requests;
    private final AtomicInteger userObjects = new AtomicInteger();
    /** Bytes of the owner's message buffers that QTEE did not give back. */
    private final OwnerShares.Share abandoned;
    /** Bytes of the owner's large messages under way. */
    private final OwnerShares.Share messages;
    /** Ids under which QTEE knows objects of the owner. */
    private final OwnerShares.Share exported;
    /** Callback objects of the owner, as they are counted in {@code userObjects}. */
    private final OwnerShares.Share callbacks;
    /** Those of them that QTEE let go. */
    private final OwnerShares.Share notifications;

    private final Object bytes = new Object();

    /** @param number among the contexts of the device, from 1 */
    QcomContext(QcomTee tee, ContextHost host, int number) {
        this.tee = tee;
        this.host = host;
        this.number = number;
        objects = new ObjectTable(number, tee.secureObjects(), tee.uses());
        requests = new RequestQueue(host, tee.problems());
        abandoned = tee.shares().abandoned().enter(host.owner());
        messages = tee.shares().messages().enter(host.owner());
        exported = tee.shares().exported().enter(host.owner());
        callbacks = tee.shares().callbacks().enter(host.owner());
        notifications = tee.shares().notifications().enter(host.owner());
    }

    /** What the owner has of the ids under which QTEE knows objects. */
    OwnerShares.Share exported() {
        return exported;
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

    /** Whether its invocations have to end. The device's own context goes on with releases while the device closes. */
    boolean isOver() {
        return tee.isOver() || this != tee.ownContext() && objects.isClosed();
    }

    /** @throws TeeException EBUSY if QTEE has too many buffers of the owner that it does not give back */
    void requireFewAbandonedCalls() throws TeeException {
        if (abandoned.isUsedUp()) {
            throw new TeeException(Errno.EBUSY, "QTEE does not return from calls: " + abandoned.refusal());
        }
    }

    /**
     * QTEE does not give the buffers of a call back: nobody gets them again.
     *
     * @param large null if the message had no buffer of its own
     */
    void abandon(MemoryRegion kept, MemoryRegion large) {
        long bytes = tee.quarantine().keep(kept, large);
        abandoned.add(bytes);
        tee.problems()
                .tell(
                        List.of("abandoned", host.owner()),
                        () -> tee.name() + ": an invocation of " + host.owner()
                                + " was left while QTEE had it in its hands; its " + bytes
                                + " bytes of message buffers are never used again");
    }

    /** The owner of what its messages leave in memory that is pooled. */
    Object bytes() {
        return bytes;
    }

    /** Its number among the contexts of the device, from 1. */
    int number() {
        return number;
    }

    @Override
    public int number(HazardSlots slots) {
        return slots == tee.slots() ? number : 0;
    }

    ContextHost host() {
        return host;
    }

    ObjectTable objects() {
        return objects;
    }

    RequestQueue requests() {
        return requests;
    }

    @Override
    public int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        long key = HazardSlots.key(number, op == OP_RELEASE ? NULL : object);
        int slot = tee.uses().begin(key);
        try {
            return invoke(slot, object, op, params, callbackNanos);
        } finally {
            tee.uses().end(slot, key);
        }
    }

    @Override
    public int invoke(int slot, long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        params.handedOver(false);
        if (op < 0 || op > Wire.OP_MASK || op == OP_RETAIN) {
            throw new TeeException(
                    Errno.EINVAL, String.format(Locale.ROOT, "operation 0x%x cannot be invoked by a client", op));
        }
        if (op == OP_RELEASE) {
            DirectMessage.check(params);
            objects.release(object);
            return 0;
        }
        objects.requireOpen();
        if (object == NULL) {
            return run(slot, ROOT, op, params, callbackNanos);
        }
        return slot == HazardSlots.NOWHERE
                ? runCounted(object, op, params, callbackNanos)
                : run(slot, objects.find(object), op, params, callbackNanos);
    }

    /** For an invocation that has no slot. */
    private int runCounted(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        int target = objects.acquire(object);
        try {
            return runOnce(tee.secureObjects().word(target), op, params, callbackNanos);
        } finally {
            tee.secureObjects().put(target);
        }
    }

    /** @param target the object's {@link SecureObjects#word} */
    private int run(int slot, int target, int op, TeeParams params, long callbackNanos) throws TeeException {
        return slot == HazardSlots.NOWHERE
                ? runOnce(target, op, params, callbackNanos)
                : tee.invocations().of(slot).run(this, target, op, params, callbackNanos);
    }

    private int runOnce(int target, int op, TeeParams params, long callbackNanos) throws TeeException {
        Invocation invocation = tee.invocations().single();
        try {
            return invocation.run(this, target, op, params, callbackNanos);
        } finally {
            invocation.giveUp();
        }
    }

    /**
     * Tells QTEE that an object is let go of, which is in no table any more.
     *
     * @param name its id on the wire
     */
    int release(int name, TeeParams params, long callbackNanos) throws TeeException {
        long key = HazardSlots.key(number, NULL);
        int slot = tee.uses().begin(key);
        try {
            return run(slot, SecureObjects.word(name, false), Wire.OP_RELEASE, params, callbackNanos);
        } finally {
            tee.uses().end(slot, key);
        }
    }

    @Override
    public String explain(int result) {
        return Results.explain(result, tee.limits());
    }

    @Override
    public boolean receive(SupplicantRequest request, long waitNanos) throws TeeException, InterruptedException {
        return requests.receive(request, waitNanos);
    }

    @Override
    public boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        return requests.receiveAwaited(request);
    }

    @Override
    public void workersChanged() {
        requests.workersChanged();
    }

    @Override
    public void send(long requestId, int result, TeeParams params) throws TeeException {
        requests.send(requestId, result, params);
    }

    @Override
    public void fail(long requestId, Errno reason) throws TeeException {
        requests.fail(requestId, reason);
    }

    @Override
    public boolean isAwaited(long requestId) {
        return requests.isAwaited(requestId);
    }

    @Override
    public boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        return requests.copyShared(requestId, source, sourceIndex, target, targetIndex, length);
    }

    @Override
    public void closeContext() {
        try {
            requests.close();
        } finally {
            objects.close();
        }
    }

    @Override
    public void release() {
        abandoned.leave();
        messages.leave();
        exported.leave();
        callbacks.leave();
        notifications.leave();
        tee.released(this);
    }

    @Override
    public void describe(ContextDTO context) {
        context.teeObjects = objects.size();
        context.callbackObjects = userObjects.get();
        context.requests = requests.describe();
    }

    /**
     * Adds the object that a parameter names to those of a message to QTEE.
     *
     * @param index of the parameter, for messages
     * @throws TeeException EINVAL if there is no such object in this context, ENOSPC if there are too many, EACCES if the owner
     *     may not pass it on
     */
    void addTo(OutgoingObjects message, TeeParam param, int index) throws TeeException {
        if (param.objectId() == NULL) {
            message.addNull();
            return;
        }
        // The order in which the flags are looked at is that of the Linux driver.
        if ((param.objectFlags() & TeeParam.FLAG_USER) != 0) {
            message.add(newUserObject(param.objectId()));
        } else if ((param.objectFlags() & TeeParam.FLAG_TEE) != 0) {
            message.addSecure(passable(param.objectId()));
        } else if ((param.objectFlags() & TeeParam.FLAG_MEM) != 0) {
            message.add(memoryObject(memory(param.objectId())));
        } else {
            throw new TeeException(
                    Errno.EINVAL, "parameter " + index + ": flags " + param.objectFlags() + " name no kind of object");
        }
    }

    /** A TEE object that is passed on, with a reference for the message. */
    private int passable(long id) throws TeeException {
        int object = objects.acquire(id);
        boolean permitted = false;
        try {
            if (tee.secureObjects().opensServices(object)) {
                host.requireService(Permissions.ANY);
                host.requireIdentity(NULL);
            }
            permitted = true;
            return object;
        } finally {
            if (!permitted) {
                tee.secureObjects().put(object);
            }
        }
    }

    private UserObject newUserObject(long object) throws TeeException {
        if (notifications.isUsedUp()) {
            throw new TeeException(Errno.ENOSPC, "one more callback object: " + notifications.refusal());
        }
        if (userObjects.incrementAndGet() > tee.limits().userObjects()) {
            userObjects.decrementAndGet();
            throw new TeeException(
                    Errno.ENOSPC,
                    "QTEE holds " + tee.limits().userObjects() + " callback objects of this context of " + host.owner()
                            + ", the limit (option userObjects of " + QcomTeeConfiguration.PID + ")");
        }
        if (!callbacks.tryTake(1)) {
            userObjects.decrementAndGet();
            throw new TeeException(Errno.ENOSPC, "one more callback object: " + callbacks.refusal());
        }
        return countedUserObject(object);
    }

    private UserObject countedUserObject(long object) {
        UserObject made = null;
        try {
            made = new UserObject(this, object);
            return made;
        } finally {
            if (made == null) {
                userObjectForgotten();
            }
        }
    }

    /** @param region with a reference that passes to the object */
    private MemoryObject memoryObject(MemoryRegion region) {
        MemoryObject made = null;
        try {
            made = new MemoryObject(this, region);
            return made;
        } finally {
            if (made == null) {
                region.release();
            }
        }
    }

    private MemoryRegion memory(long id) throws TeeException {
        MemoryRegion region = host.memory(id);
        if (region == null) {
            throw new TeeException(Errno.EINVAL, "there is no shared memory " + id + " in this context");
        }
        return region;
    }

    /**
     * The last reference on a user object is gone; its context is still referenced.
     *
     * @param notification of that; null if nobody is to be told
     */
    void userObjectGone(UserRequest notification) {
        if (notification == null) {
            userObjectForgotten();
            return;
        }
        notifications.add(1);
        if (!requests.notifyReleased(notification)) {
            notificationGone();
        }
    }

    /** The release notification of a user object was received or dropped. */
    void notificationGone() {
        notifications.giveBack(1);
        userObjectForgotten();
    }

    private void userObjectForgotten() {
        userObjects.decrementAndGet();
        callbacks.giveBack(1);
    }
}
