// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** Checks of what a service returned. */
final class Replies {

    private Replies() {}

    static void requireSize(Arguments arguments, int index, int expected) throws TeeException {
        if (arguments.size(index) != expected) {
            throw new TeeException(
                    TeeResult.SIZE_OUT,
                    "output " + index + ": the service returned " + arguments.size(index) + " bytes, expected "
                            + expected);
        }
    }
}
