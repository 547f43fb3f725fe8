// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;

/** A callback object behind which stands a handler, in the course of one call: the call need not be looked up. */
record CalledHandler(HandlerCallback handler, RunningCall call) implements CallbackObject {

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        handler.dispatch(call, op, arguments);
    }

    @Override
    public void released() {
        handler.released(call);
    }
}
