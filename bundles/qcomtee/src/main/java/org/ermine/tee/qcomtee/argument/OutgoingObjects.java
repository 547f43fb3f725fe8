// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.argument;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.export.SharedMemoryObject;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.message.WireNames;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.policy.Permissions;

/**
 * The objects of one message to QTEE: input objects of a direct invocation or output objects of a callback response.
 * Holds a reference on each while the message is under way, and takes back what QTEE never saw. Reused; owned by one
 * thread at a time.
 */
public final class OutgoingObjects implements WireNames {

    private final ExportTable exports;
    private final int[] names = new int[Wire.MAX_OF_A_KIND];
    private final SecureObjects secureObjects;
    private final References held;

    public OutgoingObjects(ExportTable exports, SecureObjects secureObjects) {
        this.exports = exports;
        this.secureObjects = secureObjects;
        held = new References(secureObjects);
    }

    /**
     * Adds the object that a parameter names.
     *
     * @param index of the parameter, for messages
     * @param context whose parameter it is
     * @throws TeeException EINVAL if there is no such object in this context, ENOSPC if there are too many, EACCES if
     *     the owner may not pass it on
     */
    public void add(TeeParam param, int index, ContextObjects context) throws TeeException {
        long id = param.objectId();
        int flags = param.objectFlags();
        if (id == DriverContext.NULL) {
            addNull();
            return;
        }
        // The order in which the flags are looked at is that of the Linux driver.
        if ((flags & TeeParam.FLAG_USER) != 0) {
            add(UserObject.counted(context, id));
        } else if ((flags & TeeParam.FLAG_TEE) != 0) {
            addSecure(passable(id, context));
        } else if ((flags & TeeParam.FLAG_MEM) != 0) {
            add(SharedMemoryObject.of(context, memory(id, context.host())));
        } else {
            throw new TeeException(Errno.EINVAL, "parameter " + index + ": flags " + flags + " name no kind of object");
        }
    }

    /** A TEE object that is passed on, with a reference for the message. */
    private int passable(long id, ContextObjects context) throws TeeException {
        int object = context.table().acquire(id);
        boolean permitted = false;
        try {
            if (secureObjects.opensServices(object)) {
                context.host().requireService(Permissions.ANY);
                context.host().requireIdentity(DriverContext.NULL);
            }
            permitted = true;
            return object;
        } finally {
            if (!permitted) {
                secureObjects.release(object);
            }
        }
    }

    private static MemoryRegion memory(long id, ContextHost host) throws TeeException {
        MemoryRegion region = host.memory(id);
        if (region == null) {
            throw new TeeException(Errno.EINVAL, "there is no shared memory " + id + " in this context");
        }
        return region;
    }

    /** The NULL object. */
    void addNull() {
        names[held.count()] = Wire.OBJECT_NULL;
        held.add(null);
    }

    /** An object of QTEE's; a reference of the caller passes to this. */
    void addSecure(int object) {
        names[held.count()] = secureObjects.name(object);
        held.addSecure(object);
    }

    /**
     * An object of the normal world, under a new id; a reference of the caller passes to this, also on an exception.
     *
     * @throws TeeException ENOSPC if there is no id left
     */
    public void add(ExportedObject object) throws TeeException {
        object.tryRetain();
        int id = Wire.OBJECT_NULL;
        try {
            id = exports.export(object);
        } finally {
            if (id == Wire.OBJECT_NULL) {
                endUnannounced(object);
                object.release();
                object.release();
            }
        }
        names[held.count()] = id;
        held.add(object);
    }

    @Override
    public int name(int index) {
        return index < held.count() ? names[index] : Wire.OBJECT_NULL;
    }

    /**
     * The client's id for object {@code index}; {@link DriverContext#NULL} if it is not a callback object of that
     * client.
     */
    public long userObject(int index, ContextObjects client) {
        return index < held.count() && held.hosted(index) instanceof UserObject user && user.context() == client
                ? user.object()
                : DriverContext.NULL;
    }

    /** The message reached QTEE: it owns what it was given, and the references of this are released. */
    public void releaseAll() {
        held.releaseAll();
    }

    /**
     * The message does not reach QTEE, and whoever handed the objects over is told so by an exception: ids are void,
     * and nobody is told of the end of these objects.
     */
    public void removeUnannounced() {
        for (int i = 0; i < held.count(); i++) {
            endUnannounced(held.hosted(i));
        }
        removeAll();
    }

    /**
     * The message did not reach QTEE, but whoever handed the objects over believes it did: they end as if QTEE let them
     * go.
     */
    public void removeAll() {
        try {
            removeFrom(0);
        } finally {
            releaseAll();
        }
    }

    private void removeFrom(int first) {
        int at = first;
        try {
            while (at < held.count()) {
                if (held.hosted(at) != null && exports.remove(names[at]) != null) {
                    held.hosted(at).release();
                }
                at++;
            }
        } finally {
            if (at < held.count()) {
                removeFrom(at + 1);
            }
        }
    }

    private static void endUnannounced(ExportedObject object) {
        if (object instanceof UserObject user) {
            user.endUnannounced();
        }
    }
}
