// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

/** The trusted application that works for clients and handlers. */
public final class Operations {

    public static final String APPLICATION = "org.example.chaos";

    /**
     * Input: a request; output: the answer of generation 0. Also an operation of the objects that {@link #CREATE}
     * makes.
     */
    public static final int ECHO = 0;
    /** Input: u32 listener id, then a request; output: the listener's answer. */
    public static final int ASK_LISTENER = 1;
    /** Input: a request; input object: a callback object; output: its answer. */
    public static final int CALL_BACK = 2;
    /** Input: a request; output: as {@link #ECHO}; output object: a new object. */
    public static final int CREATE = 3;
    /** Input object: memory with a request; its end gets the answer. Input: u32 size of the memory that counts. */
    public static final int MEMORY = 4;

    /** Input: u32 listener id: it is asked with a message that means nothing. No account is kept of it. */
    public static final int ASK_ANY = 5;
    /** Input object: a callback object, which is called without arguments. No account is kept of it. */
    public static final int CALL_ANY = 6;

    private Operations() {}
}
