// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * Turns objects of one context into parameters and back: TEE objects by the backend's ids, memory by those of the
 * memory manager, and callback objects by those of the {@link CallbackTable}. Stateless.
 */
public final class ObjectConversion {

    private final ObjectList objects;
    private final Memories memories;
    private final CallbackTable callbacks;

    public ObjectConversion(ObjectList objects, Memories memories, CallbackTable callbacks) {
        this.objects = objects;
        this.memories = memories;
        this.callbacks = callbacks;
    }

    /**
     * Makes {@code param} refer to {@code object}. A callback object becomes NULL here; {@link #handOver} passes it
     * when all arguments have been found valid.
     *
     * @throws TeeException EINVAL if the object is closed or not one of this context
     */
    public void fill(TeeParam param, TeeParam.Type type, ObjectReference object, int index) throws TeeException {
        if (object instanceof ObjectHandle handle) {
            if (handle.context() != objects.owner()) {
                throw refused(index, handle + " belongs to another context");
            }
            if (handle.isClosed()) {
                throw refused(index, handle.toString());
            }
            param.object(type, handle.id(), TeeParam.FLAG_TEE);
        } else if (object instanceof Memory memory) {
            if (!memory.isOf(memories)) {
                throw refused(index, memory + " belongs to another context");
            }
            if (memory.isClosed()) {
                throw refused(index, memory + " is closed");
            }
            param.object(type, memory.id(), TeeParam.FLAG_MEM);
        } else if (object == null || object instanceof CallbackObject) {
            param.object(type, DriverContext.NULL, 0);
        } else if (object instanceof RootHandle) {
            throw refused(index, "the root object cannot be passed on");
        } else {
            throw refused(index, object.getClass().getName() + " is no kind of object that this context can pass");
        }
    }

    /** Makes {@code param} refer to a callback object, which counts a hand-over that is to be settled. */
    public void handOver(TeeParam param, TeeParam.Type type, CallbackObject object) throws TeeException {
        param.object(type, callbacks.handOver(object), TeeParam.FLAG_USER);
    }

    /** Settles the callback objects among the parameters of {@code type}: the operation that carried them has ended. */
    public void settle(TeeParams params, TeeParam.Type type, boolean reached) {
        for (int i = 0; i < params.count(); i++) {
            TeeParam param = params.get(i);
            if (param.type() == type && param.objectFlags() == TeeParam.FLAG_USER) {
                HostedCallback ended = callbacks.settle(param.objectId(), reached);
                if (ended != null) {
                    ended.notifyReleased();
                }
            }
        }
    }

    /**
     * Returns the object that {@code param} names. TEE objects and memory are returned as new references. The parameter
     * names and keeps nothing any more afterwards.
     *
     * @throws TeeException UNAVAIL if it names nothing of this context
     */
    public ObjectReference object(TeeParam param, int index) throws TeeException {
        long id = param.objectId();
        if (id == DriverContext.NULL) {
            return null;
        }
        ObjectReference object = null;
        if ((param.objectFlags() & TeeParam.FLAG_USER) != 0) {
            object = callbacks.find(id);
        } else if ((param.objectFlags() & TeeParam.FLAG_TEE) != 0) {
            object = objects.track(id);
        } else if ((param.objectFlags() & TeeParam.FLAG_MEM) != 0) {
            object = memories.find(id);
        }
        param.releaseHold();
        if (object == null) {
            throw new TeeException(
                    TeeResult.UNAVAIL,
                    Errno.EINVAL,
                    "argument " + index + ": " + param + " is no object of this context");
        }
        param.object(param.type(), DriverContext.NULL, 0);
        return object;
    }

    /** Releases a TEE object that {@code param} names and of which {@link #object} made no reference. */
    public void release(TeeParam param) {
        if ((param.objectFlags() & TeeParam.FLAG_TEE) != 0 && param.objectId() != DriverContext.NULL) {
            objects.owner().invoker().releaseObject(param.objectId());
        }
        param.clear();
    }

    /**
     * Makes another reference to an object that is to be passed on, so that its holder may close the original at once.
     *
     * @throws IllegalArgumentException if it is not one of this context
     * @throws IllegalStateException if it is closed
     */
    public ObjectReference duplicate(ObjectReference object, int index) {
        if (object instanceof ObjectHandle handle && handle.context() == objects.owner()) {
            return handle.duplicateWithin();
        }
        if (object instanceof Memory memory && memory.isOf(memories)) {
            return memory.duplicate();
        }
        if (object == null || object instanceof CallbackObject) {
            return object;
        }
        throw new IllegalArgumentException("argument " + index + ": " + object + " cannot be passed in this context");
    }

    /** Closes a reference that {@link #object} or {@link #duplicate} made. */
    public static void close(ObjectReference object) {
        if (object instanceof ObjectHandle handle) {
            handle.closeWithin();
        } else if (object instanceof Memory memory) {
            memory.closeWithin();
        }
    }

    private static TeeException refused(int index, String why) {
        return new TeeException(Errno.EINVAL, "argument " + index + ": " + why);
    }
}
