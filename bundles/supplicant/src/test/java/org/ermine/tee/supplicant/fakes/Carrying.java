// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.supplicant.call.CallCarrier;
import org.ermine.tee.supplicant.call.CallThread;

/** The worker that carries out the present call. */
public final class Carrying {

    private Carrying() {}

    public static CallThread thread() {
        return ((CallCarrier) CallbackThread.current()).thread();
    }
}
