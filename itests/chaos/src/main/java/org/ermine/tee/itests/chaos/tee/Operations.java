// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

/** The trusted application that works for clients and handlers. */
public final class Operations {

    public static final String APPLICATION = "org.example.chaos";

    /** Input: a request; output: the answer of generation 0. Also an operation of the objects that {@link #CREATE} makes. */
    public static final int ECHO = 0;
    /** Input: u32 listener id, then a request; output: the listener's answer. */
    public static final int ASK_LISTENER = 1;
    /** Input: a request; input object: a callback object; output: its answer. */
    public static final int CALL_BACK = 2;
    /** Input: a request; output: as {@link #ECHO}; output object: a new object. */
    public static final int CREATE = 3;
    /** Input object: memory with a request; its end gets the answer. Input: u32 size of the memory that counts. */
    public static final int MEMORY = 4;

    private Operations() {}
}
