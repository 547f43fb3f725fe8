// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.lang.ref.Reference;
import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.spi.support.StackReserve;

/**
 * A client's handle of a TEE object. Nothing in core refers to it, so that the garbage collector can find that it was
 * lost; its state is in its {@link TrackedReference}. Each method keeps the handle reachable until it ends. Otherwise
 * the handle could count as lost while its last use is still in progress.
 */
final class ObjectHandle implements TeeObject {

    private final TrackedReference reference;

    ObjectHandle(long id, ObjectList list) {
        this.reference = new TrackedReference(this, id, list);
    }

    TrackedReference reference() {
        return reference;
    }

    @Override
    public void invoke(int op, Arguments arguments) throws TeeException {
        reference.requireOpen();
        try {
            reference.owner().invoker().carryOut(reference.id, op, arguments, Long.MAX_VALUE);
        } catch (TeeException e) {
            throw meant(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invoke(int op, Arguments arguments, Duration timeout) throws TeeException {
        long callbackNanos = ObjectInvoker.nanos(timeout);
        reference.requireOpen();
        try {
            reference.owner().invoker().carryOut(reference.id, op, arguments, callbackNanos);
        } catch (TeeException e) {
            throw meant(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** If the reference was closed meanwhile, that is the cause of a backend's EINVAL. */
    private TeeException meant(TeeException e) {
        if (e.errno().filter(Errno.EINVAL::equals).isPresent()) {
            reference.requireOpen();
        }
        return e;
    }

    @Override
    public TeeObject duplicate() {
        StackReserve.require();
        return duplicateWithin();
    }

    /** Duplicates it as {@link #duplicate} does, within an operation, which has checked the stack already. */
    ObjectHandle duplicateWithin() {
        try {
            return reference.duplicate();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Returns the context that it belongs to. */
    ObjectOwner context() {
        return reference.owner();
    }

    @Override
    public long id() {
        return reference.id;
    }

    @Override
    public boolean isClosed() {
        return reference.isClosed();
    }

    @Override
    public void close() {
        StackReserve.require();
        closeWithin();
    }

    /** Closes it as {@link #close} does, within an operation, which has checked the stack already. */
    void closeWithin() {
        try {
            reference.close();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** For example {@code object 17 (closed)}. */
    @Override
    public String toString() {
        return "object " + reference.id + (reference.isClosed() ? " (closed)" : "");
    }
}
