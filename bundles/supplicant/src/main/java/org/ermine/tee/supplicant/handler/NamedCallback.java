// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;

/**
 * What stands behind a callback object that a client asked for by name: the service that has that name at the time of
 * each call.
 */
public final class NamedCallback implements HandlerCallback {

    private final HandlerSlot<CallbackObject> slot;
    private final HandlerInvoker invoker;

    public NamedCallback(HandlerSlot<CallbackObject> slot, HandlerInvoker invoker) {
        this.slot = slot;
        this.invoker = invoker;
    }

    @Override
    public CallbackObject during(RunningCall call) {
        return new NamedCall(slot, invoker, call);
    }

    @Override
    public String called(int op) {
        return slot.servingBundle();
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        invoker.dispatchLocally(this, op, arguments);
    }

    @Override
    public void released() {
        invoker.releaseLocally(this);
    }
}
