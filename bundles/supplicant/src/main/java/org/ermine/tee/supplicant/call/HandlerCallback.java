// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.callback.CallbackCall;

/**
 * A callback object behind which stands a handler service that can be replaced. On a worker it is told the call in
 * which it is called; what {@link CallbackObject} has is for bundles that call it themselves.
 */
public interface HandlerCallback extends CallbackObject {

    void dispatch(RunningCall call, int op, IncomingArguments arguments) throws TeeException;

    void released(RunningCall call);

    /** The bundle that a call with this operation reaches at present; null for none, then it is its context's own. */
    String called(int op);

    /** Who owns a call: the bundle that it reaches, which is not always the one whose context was called. */
    static String ownerOf(CallbackCall call) {
        String called = call.target() instanceof HandlerCallback handler ? handler.called(call.op()) : null;
        return called == null ? call.owner() : called;
    }
}
