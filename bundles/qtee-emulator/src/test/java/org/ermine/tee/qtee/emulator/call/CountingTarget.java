// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.trusted.TrustedObject;

/** An object that counts how often it is told that it is released. */
final class CountingTarget implements TrustedObject {

    private final AtomicInteger releases = new AtomicInteger();

    int releases() {
        return releases.get();
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) {}

    @Override
    public void released() {
        releases.incrementAndGet();
    }
}
