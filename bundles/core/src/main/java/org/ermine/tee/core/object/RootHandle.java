// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.spi.DriverContext;

/**
 * The handle of the TEE's root object, which always exists, so that to close or to duplicate it has no effect.
 * Stateless.
 */
public final class RootHandle implements TeeObject {

    private final ObjectOwner owner;

    public RootHandle(ObjectOwner owner) {
        this.owner = owner;
    }

    @Override
    public void invoke(int op, Arguments arguments) throws TeeException {
        owner.invoker().carryOut(DriverContext.NULL, op, arguments, Long.MAX_VALUE);
    }

    @Override
    public void invoke(int op, Arguments arguments, Duration timeout) throws TeeException {
        owner.invoker().carryOut(DriverContext.NULL, op, arguments, ObjectInvoker.nanos(timeout));
    }

    @Override
    public TeeObject duplicate() {
        return this;
    }

    @Override
    public long id() {
        return DriverContext.NULL;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void close() {
        // The root object has no reference that could be released.
    }

    @Override
    public String toString() {
        return "the root object";
    }
}
