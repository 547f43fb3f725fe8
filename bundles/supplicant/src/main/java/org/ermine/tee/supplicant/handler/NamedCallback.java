// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;

/** What the TEE holds when a client asked for a callback object by name: forwards to whoever carries that name now. */
public final class NamedCallback implements HandlerCallback {

    private final HandlerSlot<CallbackObject> slot;
    private final HandlerInvoker invoker;

    public NamedCallback(HandlerSlot<CallbackObject> slot, HandlerInvoker invoker) {
        this.slot = slot;
        this.invoker = invoker;
    }

    @Override
    public void dispatch(RunningCall call, int op, IncomingArguments arguments) throws TeeException {
        invoker.dispatch(slot, call, arguments, (handler, service, running) -> service.dispatch(op, arguments));
    }

    @Override
    public void released(RunningCall call) {
        invoker.tell(slot, call, CallbackObject::released);
    }

    @Override
    public String called(int op) {
        return slot.servingBundle();
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        invoker.locally(this, call -> dispatch(call, op, arguments));
    }

    @Override
    public void released() {
        invoker.locally(this, this::released);
    }
}
