// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage;

/** Numbers of the sealed storage TA. */
public final class SealedStorageProtocol {

    /** The TA's name. */
    public static final String TA_NAME = "ermine.sealedstorage";

    public static final int MAX_NAME_BYTES = 255;

    /**
     * The package name of the client that keeps the store: of the operations that concern all of it, nobody else may
     * ask for one.
     */
    public static final String KEEPER = "org.ermine.tee.sealedstorage";

    /** The transfer size of new objects, for whoever reads what is to be sealed before there is a writer. */
    public static final int TRANSFER_SIZE = 124 * 4096;

    public static final int OP_CREATE = 0;
    public static final int OP_OPEN = 1;
    public static final int OP_LIST = 2;
    public static final int OP_REMOVE = 3;
    public static final int OP_FIND = 4;
    public static final int OP_CREATE_NEW = 5;
    public static final int OP_DRAWERS = 6;
    public static final int OP_RENAME = 7;
    public static final int OP_RENAME_NEW = 8;

    /** Of whoever keeps the store, as those from {@link #OP_SNAPSHOT} on. */
    public static final int OP_RESET = 64;

    /** Of all clients. */
    public static final int OP_EXPLAIN = 65;

    public static final int OP_SNAPSHOT = 66;
    public static final int OP_SALVAGE = 67;
    public static final int OP_LOOK = 68;
    public static final int OP_RESTORE = 69;
    public static final int OP_RESTORE_NEW = 70;

    public static final int SET_LIST = 0;
    public static final int SET_OPEN = 1;
    public static final int SET_CLOSE = 2;

    /**
     * Is added to an operation from {@link #OP_CREATE} to {@link #OP_CREATE_NEW} that is to be done in a drawer that is
     * named.
     */
    public static final int IN_DRAWER = 16;

    /** The most bytes that describe an object. */
    public static final int MAX_DESCRIPTION_BYTES = 1024;

    public static final int WRITER_WRITE = 0;
    public static final int WRITER_COMMIT = 1;
    public static final int WRITER_ABORT = 2;
    public static final int WRITER_STORE = 3;
    public static final int WRITER_DESCRIBE = 4;
    public static final int WRITER_BIND = 5;

    public static final int READER_READ = 0;
    public static final int READER_CLOSE = 1;
    public static final int READER_BIND = 2;
    public static final int READER_FETCH = 3;

    /** No object has this name. */
    public static final int ERROR_NOT_FOUND = 10;
    /** The name is empty, too long, not UTF-8 or contains control characters. */
    public static final int ERROR_INVALID_NAME = 11;
    /** A stored file is not what the TA wrote. */
    public static final int ERROR_TAMPERED = 12;
    /** A stored file was cut off. */
    public static final int ERROR_TRUNCATED = 13;
    /** A stored file is gone. */
    public static final int ERROR_MISSING = 14;
    /** A stored file is one that the TA wrote, but in the place of another. */
    public static final int ERROR_EXCHANGED = 15;
    /** A stored file is one that the TA wrote, but of an older version. */
    public static final int ERROR_ROLLED_BACK = 16;
    /** The store was made by another device, or before this device had its present keys. */
    public static final int ERROR_FOREIGN_STORE = 17;
    /** There was a store, and it is gone. */
    public static final int ERROR_STORE_MISSING = 18;
    /** No space is left. */
    public static final int ERROR_STORAGE_FULL = 19;
    /** The storage can only be read. */
    public static final int ERROR_READ_ONLY = 20;
    /** The normal world's storage handler may not do what was asked. */
    public static final int ERROR_STORAGE_DENIED = 21;
    /** The normal world offers no storage, or its handler did not answer. */
    public static final int ERROR_STORAGE_UNAVAILABLE = 22;
    /** The storage reported an error. */
    public static final int ERROR_STORAGE_FAILED = 23;
    /** The store has as many objects as it may. */
    public static final int ERROR_TOO_MANY_OBJECTS = 24;
    /** Too many writers and readers are open. */
    public static final int ERROR_TOO_MANY_OPEN = 25;
    /** The object or the store is at work for somebody else. */
    public static final int ERROR_BUSY = 26;
    /** The writer has committed, was aborted or failed; the reader was closed. */
    public static final int ERROR_CLOSED = 27;
    /** An object has the name that was to be a new one's. */
    public static final int ERROR_EXISTS = 28;
    /** The store is newer than the device's secure state, which was reset or put back. */
    public static final int ERROR_NEWER_STORE = 29;
    /** The store was written by a newer version of the TA, in a format that this one does not know. */
    public static final int ERROR_NEWER_VERSION = 30;
    /** The client may not do this, or it is not known who the client is. */
    public static final int ERROR_NOT_PERMITTED = 31;
    /** The drawer has as many objects or bytes as it may. */
    public static final int ERROR_DRAWER_FULL = 32;
    /** The object is bound to other associated data than was said, or to any where none was said. */
    public static final int ERROR_ASSOCIATED_DATA = 33;

    /** The set was given up, as there were files of too many objects that had been replaced, removed or given up. */
    public static final int ERROR_SET_GIVEN_UP = 34;

    private SealedStorageProtocol() {}
}
