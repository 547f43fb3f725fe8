// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.argument;

import java.util.Locale;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.export.SharedMemoryObject;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.message.MalformedMessageException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;

/**
 * The objects of one message from QTEE: output objects of a direct invocation or input objects of a callback. Holds the
 * references that came with the message until they are given to a context, or released. Reused; owned by one thread at
 * a time.
 *
 * <p>An object that QTEE passes counts as held from the moment at which it stands in the message. So what stands for it
 * here is made before the message is asked for: {@link #prepare}.
 */
public final class IncomingObjects {

    private final ExportTable exports;
    private final SecureObjects secureObjects;
    /** Handles that are taken ahead, for objects that QTEE passes. */
    private final int[] spare = new int[Wire.MAX_OF_A_KIND];
    /** How many handles are taken ahead. */
    private int spares;

    private final References held;
    /** Ids under which a context has objects already; valid where {@link #given} is. */
    private final long[] ids = new long[Wire.MAX_OF_A_KIND];

    private final boolean[] given = new boolean[Wire.MAX_OF_A_KIND];
    /** What is wrong with one of the objects; null if nothing is. */
    private String unsound;

    public IncomingObjects(ExportTable exports, SecureObjects secureObjects) {
        this.exports = exports;
        this.secureObjects = secureObjects;
        held = new References(secureObjects);
    }

    /**
     * Makes room for so many objects of a message. If there is no memory for it, the message is not to be asked for.
     */
    public void prepare(int most) {
        while (spares < most) {
            spare[spares] = secureObjects.take();
            spares++;
        }
    }

    /** Lets go of what {@link #prepare} made, as this is not used again. */
    public void giveUp() {
        while (spares > 0) {
            spares--;
            secureObjects.free(spare[spares]);
        }
    }

    private int secureObject(int name, boolean opensServices) {
        if (spares == 0) {
            prepare(1);
        }
        spares--;
        int object = spare[spares];
        secureObjects.name(object, name, opensServices);
        return object;
    }

    /**
     * Takes the reference that came under an id on the wire. One that QTEE cannot have is not there; {@link
     * #requireSound} tells of it when all others are taken.
     *
     * @param opensServices whether an object of QTEE's is a client environment
     */
    public void take(int name, boolean opensServices) {
        given[held.count()] = false;
        if (name == Wire.OBJECT_NULL || name == Wire.OBJECT_ROOT) {
            unsound = name == Wire.OBJECT_ROOT ? "the root object is passed" : unsound;
            held.add(null);
        } else if ((name & Wire.NORMAL_WORLD) != 0) {
            held.add(exported(name));
        } else {
            held.addSecure(secureObject(name, opensServices));
        }
    }

    private ExportedObject exported(int name) {
        ExportedObject object = exports.acquire(name);
        if (object == null) {
            unsound = String.format(Locale.ROOT, "object 0x%08x of the normal world is not one QTEE holds", name);
        }
        return object;
    }

    /** @throws MalformedMessageException if QTEE named an object that it cannot have */
    public void requireSound() throws MalformedMessageException {
        if (unsound != null) {
            throw new MalformedMessageException(unsound);
        }
    }

    /** The object of the normal world that is object {@code index}, or null if it is another. */
    public ExportedObject hosted(int index) {
        return held.hosted(index);
    }

    /**
     * Gives object {@code index} to a context. Until {@link #handTo} it can be undone.
     *
     * @throws TeeException EINVAL if it is an object of another context, ENODEV if the context is closed
     */
    public void give(int index, ContextObjects context) throws TeeException {
        if (held.secure(index) != SecureObjects.NONE) {
            ids[index] = context.table().add(held.secure(index));
            given[index] = true;
        } else if (held.hosted(index) != null && held.hosted(index).context() != context) {
            throw new TeeException(Errno.EINVAL, "object " + index + " belongs to another context");
        }
    }

    /**
     * Makes {@code param} name object {@code index}, for good: what was given to the context stays given; a reference
     * on what the context hosts itself goes over to the parameter.
     */
    public void handTo(int index, TeeParam param, TeeParam.Type type) {
        if (given[index]) {
            param.object(type, ids[index], TeeParam.FLAG_TEE);
        } else if (held.hosted(index) instanceof UserObject user) {
            param.object(type, user.object(), TeeParam.FLAG_USER, user);
        } else if (held.hosted(index) instanceof SharedMemoryObject memory) {
            param.object(type, memory.region().id(), TeeParam.FLAG_MEM, memory);
        } else {
            param.object(type, DriverContext.NULL, 0);
        }
        given[index] = false;
        held.handOver(index);
    }

    /**
     * Takes back what was given to {@code context}, as far as the context did not release it itself; it is held again.
     */
    public void takeFrom(ContextObjects context) {
        takeAllFrom(0, context);
    }

    /**
     * All of them, also where one cannot be taken back for want of memory: a table must have none that is released
     * then.
     */
    private void takeAllFrom(int first, ContextObjects context) {
        int at = first;
        try {
            while (at < held.count()) {
                takeFrom(at, context);
                at++;
            }
        } finally {
            if (at < held.count()) {
                takeAllFrom(at + 1, context);
            }
        }
    }

    private void takeFrom(int index, ContextObjects context) {
        if (given[index]) {
            given[index] = false;
            held.replaceSecure(index, context.table().remove(ids[index]));
        }
    }

    /** Releases what is still held. */
    public void releaseAll() {
        try {
            held.releaseAll();
        } finally {
            unsound = null;
        }
    }
}
