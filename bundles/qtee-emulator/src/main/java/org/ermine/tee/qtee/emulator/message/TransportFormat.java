// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.message;

/** Numbers of the QTEE transport message that more than one class needs. */
public final class TransportFormat {

    /** Objects of one kind that a message can name: its count has 4 bits. */
    public static final int MAX_OF_A_KIND = 15;

    /** Size of one argument: a buffer's offset and size, or an object's id and 4 unused bytes. */
    static final int ARGUMENT_SIZE = 8;

    public static final int NULL_ID = 0;
    public static final int ROOT_ID = 1;
    /** The object through which the secure world reaches the normal world's kernel. */
    public static final int PRIMORDIAL_ID = 0x8000_0000;

    public static final int OP_RELEASE = 0xffff;
    public static final int OP_RETAIN = 0xfffe;
    /** Operations from here on are the object model's own. */
    public static final int FIRST_LOCAL_OP = 0x8000;

    private TransportFormat() {}

    /** Whether an object id is one that the normal world gave. */
    public static boolean isNormalWorld(int id) {
        return id < 0;
    }

    static int aligned(int size) {
        return (size + 7) & ~7;
    }

    static long aligned(long size) {
        return (size + 7) & ~7L;
    }

    static int counts(int inputs, int outputs, int inputObjects, int outputObjects) {
        return inputs | outputs << 4 | inputObjects << 8 | outputObjects << 12;
    }
}
