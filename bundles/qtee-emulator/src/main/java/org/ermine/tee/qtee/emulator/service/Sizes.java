// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** Checks of buffer sizes that an interface prescribes. */
public final class Sizes {

    private Sizes() {}

    public static void requireInput(IncomingArguments arguments, int index, int size) throws TeeException {
        int actual = arguments.input(index).remaining();
        if (actual != size) {
            throw new TeeException(TeeResult.SIZE_IN, "input " + index + " has " + actual + " bytes, expected " + size);
        }
    }

    public static void requireOutput(IncomingArguments arguments, int index, int size) throws TeeException {
        int room = arguments.output(index).remaining();
        if (room < size) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "output " + index + " has room for " + room + " bytes of " + size);
        }
    }
}
