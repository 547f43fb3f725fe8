// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeParam;

/** Parameters with objects that a client names. */
final class Params {

    /** User objects have ids of their own choice. */
    private static final int USER_OBJECTS = 8;

    private Params() {}

    /** An object of the client, one that it does not have, or none. */
    static void object(TeeParam param, TeeParam.Type type, FuzzClient client, Input input) {
        int choice = input.u8();
        switch (choice & 7) {
            case 0 -> param.object(type, DriverContext.NULL, 0);
            case 1, 2 -> param.object(type, choice % USER_OBJECTS, TeeParam.FLAG_USER);
            case 3, 4 -> param.object(type, client.anyMemory(choice >>> 3), TeeParam.FLAG_MEM);
            case 5 -> param.object(type, client.anyObject(choice >>> 3), TeeParam.FLAG_TEE);
            default -> param.object(type, input.number(), input.u8());
        }
    }
}
