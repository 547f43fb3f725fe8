// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.spi.CallbackThread;
import org.ermine.tee.spi.CallbackWorkers;

/** A call in progress keeps the workers that carry it, also when their service is gone. */
final class CarryingWorkers {

    private CarryingWorkers() {}

    /** Those of the calling thread, if it carries out a callback. */
    static CallbackWorkers orElse(CallbackWorkers others) {
        CallbackThread.Carrier carrier = CallbackThread.current();
        return carrier == null ? others : carrier.workers();
    }
}
