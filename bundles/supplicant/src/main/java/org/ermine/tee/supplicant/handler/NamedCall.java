// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.call.RunningCall;

/** A {@link NamedCallback} during one call. */
record NamedCall(HandlerSlot<CallbackObject> slot, HandlerInvoker invoker, RunningCall call) implements CallbackObject {

    /** What the handler is asked to do. */
    private record Operation(int op, IncomingArguments arguments) implements HandlerInvoker.Invocation<CallbackObject> {
        @Override
        public void run(Handler<CallbackObject> handler, CallbackObject service) throws TeeException {
            service.dispatch(op, arguments);
        }
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        invoker.dispatch(slot, call, arguments, new Operation(op, arguments));
    }

    @Override
    public void released() {
        invoker.tell(slot, call, CallbackObject::released);
    }
}
