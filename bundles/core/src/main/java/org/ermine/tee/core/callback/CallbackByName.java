// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.support.PresentWorkers;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.StackReserve;

/**
 * A callback object that stands for a name. The TEE may hold it longer than the workers live that knew the name, so
 * each call finds the named object by the workers that take the call. If a bundle calls it directly, the present
 * workers are asked. Immutable.
 */
public final class CallbackByName implements CallbackObject {

    private final String name;
    private final PresentWorkers workers;

    /** @param workers the workers that are present */
    public CallbackByName(String name, PresentWorkers workers) {
        this.name = name;
        this.workers = workers;
    }

    /**
     * Returns the object that {@code workers} call for {@code object}: the object itself, or if it stands for a name,
     * the one that they know by this name.
     */
    static CallbackObject present(CallbackObject object, CallbackWorkers workers) throws TeeException {
        return object instanceof CallbackByName named ? workers.named(named.name) : object;
    }

    private CallbackObject present() throws TeeException {
        CallbackWorkers there = workers.get();
        if (there == null) {
            throw new TeeException(Errno.ENODEV, "no supplicant is running that could serve callback '" + name + "'");
        }
        return there.named(name);
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        StackReserve.require();
        present().dispatch(op, arguments);
    }

    /** Tells the named object. Without workers there is none that could be told. */
    @Override
    public void released() {
        CallbackWorkers there = workers.get();
        if (there == null) {
            return;
        }
        try {
            there.named(name).released();
        } catch (TeeException e) {
            throw new IllegalStateException("callback '" + name + "' cannot be told of its release", e);
        }
    }

    /** For example {@code callback 'time'}. */
    @Override
    public String toString() {
        return "callback '" + name + "'";
    }
}
