// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.spi.CallbackThread;

/** The worker that carries out the present call. */
final class Carrying {

    private Carrying() {}

    static CallThread thread() {
        return ((Worker) CallbackThread.current()).thread();
    }
}
