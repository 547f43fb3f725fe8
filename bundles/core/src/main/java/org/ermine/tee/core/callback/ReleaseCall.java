// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.core.object.HostedCallback;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;

/**
 * Tells a callback object that the TEE has released it. No client waits for an answer, so a call that is failed before
 * it runs is only logged.
 */
final class ReleaseCall implements CallbackCall {

    private final HostedCallback ended;
    private final CallbackObject target;
    private final String owner;
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param target the object, or the one that stands behind it at present */
    ReleaseCall(HostedCallback ended, CallbackObject target, String owner) {
        this.ended = ended;
        this.target = target;
        this.owner = owner;
    }

    @Override
    public CallbackObject target() {
        return target;
    }

    @Override
    public int op() {
        return DriverContext.OP_RELEASE;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public void run(CallbackObject object) {
        if (over.get()) {
            ended.notTold();
            return;
        }
        ended.notifyReleased(object);
        over.set(true);
    }

    @Override
    public boolean fail(Errno errno) {
        return over.compareAndSet(false, true);
    }

    @Override
    public boolean isAnswered() {
        return over.get();
    }

    /** For example {@code the release of com.example.Time in the context of com.example 1.0.0 [17]}. */
    @Override
    public String toString() {
        return "the release of " + target.getClass().getName() + " in the context of " + owner;
    }
}
