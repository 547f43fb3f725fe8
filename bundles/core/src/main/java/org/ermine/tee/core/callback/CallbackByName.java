// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.support.PresentWorkers;
import org.ermine.tee.spi.callback.CallbackWorkers;

/**
 * The callback object that stands for a name. The TEE may hold it longer than the workers live that knew the name, so each call is
 * one of those that take it. A bundle may call it itself: then those that are there are asked. Immutable.
 */
public final class CallbackByName implements CallbackObject {

    private final String name;
    private final PresentWorkers workers;

    /** @param workers those that are there, or null */
    public CallbackByName(String name, PresentWorkers workers) {
        this.name = name;
        this.workers = workers;
    }

    /** The object that {@code workers} call for {@code object}: itself, unless it stands for a name that they know. */
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
        present().dispatch(op, arguments);
    }

    /** Without workers there is no implementation either that could be told. */
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
