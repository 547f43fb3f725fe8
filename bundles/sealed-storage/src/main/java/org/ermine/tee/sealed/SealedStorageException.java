// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.io.IOException;
import java.util.Objects;

/**
 * An operation on sealed storage, or on a stream of it, failed. The reason says what a program can do about it; the
 * message says what happened to what, for the user to read. Names of objects in it are in quotes, with what would not
 * be seen, or would break or turn the line, written as in Java's source.
 */
public class SealedStorageException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String fault;
    private final String advice;

    /** Why it failed. */
    public enum Reason {
        /** Nothing is sealed under this name. */
        NOT_FOUND,
        /** Something is sealed under this name, and was not to be replaced. */
        ALREADY_EXISTS,
        /** The name is empty, too long or has control characters. */
        INVALID_NAME,
        /** Stored bytes were changed. */
        TAMPERED,
        /** A stored file was cut off. */
        TRUNCATED,
        /** A stored file is gone. */
        CHUNK_MISSING,
        /** A stored file stands in the place of another. */
        EXCHANGED,
        /** An older version was put in the place of the latest. */
        ROLLED_BACK,
        /** The store belongs to another device, or the device's keys were lost. */
        FOREIGN_STORE,
        /** The store is newer than the device's secure state: that was reset, or put back to what it was before. */
        NEWER_STORE,
        /** The store was written by a newer version of sealed storage, in a format that this one does not know. */
        NEWER_VERSION,
        /** The whole store is gone. */
        STORE_MISSING,
        /** The store has no space left. */
        STORAGE_FULL,
        /** The store can only be read. */
        READ_ONLY,
        /** The storage handler may not access the store. */
        STORAGE_DENIED,
        /** The storage reported an error. */
        STORAGE_FAILED,
        /** No storage handler is deployed, or it does not answer. */
        NO_HANDLER,
        /** The trusted application is not deployed, or went away. */
        NO_APPLICATION,
        /** No TEE is there, or it went away. */
        NO_TEE,
        /**
         * The bundle may not do this: it may not use the drawer, or not the TEE, or not {@linkplain SealedStorageAdmin
         * administer}; the message names the option by which the operator lets it. Or the object is bound to other
         * {@linkplain SealedStorage#boundTo associated data} than was said.
         */
        NOT_PERMITTED,
        /** The drawer has as many objects or bytes as the operator allows it. Other drawers are not concerned. */
        DRAWER_FULL,
        /**
         * The store can hold no more objects; the limit is {@linkplain SealedStorage stated}. Some have to be removed
         * first.
         */
        TOO_MANY_OBJECTS,
        /** The content is larger than the array that it was to be put in. */
        TOO_LARGE,
        /**
         * The stream was closed: by whoever uses it, by its commit or a failure on the way, or since its bundle stopped
         * or gave sealed storage back. Or sealed storage itself was given back: it is of no use any more, whoever has
         * it.
         */
        CLOSED,
        /**
         * Too much is going on at once, of this bundle, of all, or with one stream. Where a share is used up, the
         * message says whose, and by which option.
         */
        BUSY,
        /** What is to be sealed cannot be read. */
        SOURCE_UNREADABLE,
        /** What is unsealed cannot be written. The target is as it was. */
        TARGET_UNWRITABLE,
        /**
         * What is to be restored is no archive, was changed or cut off, is encrypted with another passphrase, or of a
         * format that this version does not know.
         */
        ARCHIVE_REFUSED,
        /**
         * An archive was written, but without objects that are damaged: the message names the first ten, and of the
         * first hundred a suppressed exception tells why. What is in the archive is whole, and can be restored.
         */
        BACKUP_INCOMPLETE,
        /** The thread was interrupted. Nothing was changed. */
        INTERRUPTED,
        /**
         * What was to be sealed or removed may have been or not: the thread was interrupted, or the TEE went away, in
         * the very step that decides it. It was one or the other, never a part: {@link SealedStorage#list()} tells. Or
         * a file was unsealed whose name may not outlast a loss of power, since the disk did not confirm it.
         */
        OUTCOME_UNKNOWN,
        /** Something else. */
        FAILED
    }

    public SealedStorageException(Reason reason, String message) {
        this(reason, message, null);
    }

    public SealedStorageException(Reason reason, String message, Throwable cause) {
        this(reason, message, "", cause);
    }

    /**
     * A failure that somebody can do something about.
     *
     * @param fault what happened to what
     * @param advice what can be done about it, by whoever keeps the store; empty if nothing in particular
     */
    public SealedStorageException(Reason reason, String fault, String advice, Throwable cause) {
        super(advice.isEmpty() ? fault : fault + "; " + advice, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.fault = fault;
        this.advice = advice;
    }

    public Reason reason() {
        return reason;
    }

    /** The message without the advice: what happened to what. */
    public String fault() {
        return fault;
    }

    /** The end of the message: what can be done about it. Empty if there is nothing in particular. */
    public String advice() {
        return advice;
    }
}
