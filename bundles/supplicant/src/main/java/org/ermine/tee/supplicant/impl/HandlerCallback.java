// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;

/**
 * A callback object behind which stands a handler service that can be replaced. On a worker it is told the call in which it is
 * called; what {@link CallbackObject} has is for bundles that call it themselves.
 */
interface HandlerCallback extends CallbackObject {

    void dispatch(RunningCall call, int op, IncomingArguments arguments) throws TeeException;

    void released(RunningCall call);

    /** This object, called in the course of {@code call}. */
    default CallbackObject in(RunningCall call) {
        return new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) throws TeeException {
                HandlerCallback.this.dispatch(call, op, arguments);
            }

            @Override
            public void released() {
                HandlerCallback.this.released(call);
            }
        };
    }
}
