// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ermine.tee.TeeException;
import org.junit.jupiter.api.function.Executable;

/** What failed operations answer. */
public final class Failures {

    private Failures() {}

    public static int codeOf(Executable operation) {
        return assertThrows(TeeException.class, operation).result().code();
    }
}
