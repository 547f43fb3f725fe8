// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackSource;

/**
 * A call that a worker took from its context, and that reaches a bundle which occupies its share of the workers: it waits for a turn
 * of that bundle, as the only call of a source of its own.
 *
 * @param owner the bundle
 */
record Postponed(String owner, CallbackCall call) implements CallbackSource {

    boolean isAwaitedBy(Thread thread) {
        return call.client() == thread;
    }

    @Override
    public CallbackCall next() {
        return call;
    }

    @Override
    public CallbackCall awaited() {
        return null;
    }
}
