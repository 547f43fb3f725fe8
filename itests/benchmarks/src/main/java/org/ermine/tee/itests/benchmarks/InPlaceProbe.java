// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.TrustedObject;

/** A {@link Probe} that takes large buffers where they stand in shared memory. */
public record InPlaceProbe(Probe probe) implements TrustedObject {

    /** The UID under which it is deployed. */
    public static final int UID = 5001;

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        probe.invoke(op, arguments);
    }

    @Override
    public boolean takesLargeBuffersInPlace() {
        return true;
    }

    @Override
    public void released() {
        probe.released();
    }
}
