// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.spi.callback.CallbackCall;

/**
 * A callback object behind which stands a handler service that can be replaced. A worker does not call it itself, but
 * what it is {@linkplain #during during} the worker's call. The methods of {@link CallbackObject} are for bundles that
 * call it instead of the TEE.
 */
public interface HandlerCallback extends CallbackObject {

    /** Returns this object as {@code call} reaches it, so that neither of them has to be looked up. */
    CallbackObject during(RunningCall call);

    /**
     * Returns the bundle that a call with this operation reaches at present. If that is null, the call reaches the
     * owner of its context.
     */
    String called(int op);

    /**
     * Returns the owner of a call: the bundle that it reaches, which is not always the one whose context was called.
     */
    static String ownerOf(CallbackCall call) {
        String called = call.target() instanceof HandlerCallback handler ? handler.called(call.op()) : null;
        return called == null ? call.owner() : called;
    }
}
