// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.TeeResult;

/** Result codes of the secure world as the numbers that the direct path works with. */
final class Results {

    static final int OK = 0;
    static final int ERROR = TeeResult.ERROR.code();
    static final int INVALID = TeeResult.INVALID.code();
    static final int SIZE_OUT = TeeResult.SIZE_OUT.code();
    static final int DEFUNCT = TeeResult.DEFUNCT.code();
    static final int BADOBJ = TeeResult.BADOBJ.code();
    static final int MAXDATA = TeeResult.MAXDATA.code();

    private Results() {}
}
