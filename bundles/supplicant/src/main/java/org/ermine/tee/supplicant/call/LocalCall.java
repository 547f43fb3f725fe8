// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;

/** A call of a handler by a bundle of this framework instead of the TEE. No client waits for an answer. */
final class LocalCall implements CallbackCall {

    private final CallbackObject target;
    private final AtomicBoolean failed = new AtomicBoolean();

    LocalCall(CallbackObject target) {
        this.target = target;
    }

    @Override
    public CallbackObject target() {
        return target;
    }

    /** The operation matters only to workers, which do not carry local calls out. */
    @Override
    public int op() {
        return DriverContext.OP_RELEASE;
    }

    @Override
    public String owner() {
        return "this framework";
    }

    @Override
    public void run(CallbackObject object) {
        throw new UnsupportedOperationException("it runs already");
    }

    @Override
    public boolean fail(Errno errno) {
        return failed.compareAndSet(false, true);
    }

    @Override
    public boolean isAnswered() {
        return failed.get();
    }

    @Override
    public String toString() {
        return "local call";
    }
}
