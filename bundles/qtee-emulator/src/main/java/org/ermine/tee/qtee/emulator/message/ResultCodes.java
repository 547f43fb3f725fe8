// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.message;

import org.ermine.tee.TeeResult;

/** Result codes of the secure world as the numbers that the direct path works with. */
public final class ResultCodes {

    public static final int OK = 0;
    public static final int ERROR = TeeResult.ERROR.code();
    public static final int INVALID = TeeResult.INVALID.code();
    public static final int SIZE_OUT = TeeResult.SIZE_OUT.code();
    public static final int DEFUNCT = TeeResult.DEFUNCT.code();
    public static final int BADOBJ = TeeResult.BADOBJ.code();
    static final int MAXDATA = TeeResult.MAXDATA.code();

    private ResultCodes() {}
}
