// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.ObjectNames;

/** Says what went wrong with the user's own files. */
public final class FileFailures {

    private FileFailures() {}

    /** A file for a message: where it is, whatever folder is the present one. */
    public static String shown(Path file) {
        return ObjectNames.shown(file.toAbsolutePath().toString());
    }

    public static SealedStorageException unwritable(Object target, IOException failure) {
        return of(Reason.TARGET_UNWRITABLE, target + " cannot be written", failure);
    }

    /** An interrupted thread's files are closed under its feet, so that it is no fault of the file's. */
    public static SealedStorageException of(Reason reason, String what, IOException failure) {
        if (Interrupts.isInterrupted() && reason != Reason.OUTCOME_UNKNOWN) {
            return Interrupts.interrupted(failure);
        }
        return new SealedStorageException(reason, what + ": " + explain(failure), failure);
    }

    private static String explain(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getName() + " without a message" : message;
    }
}
