// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.ermine.tee.TeeException;

/**
 * What went wrong, in one line for an operator. What the system or the TEE refused is told in words, without the names
 * of Java classes; a fault of a program is called one, with where it happened, for those who are to mend it.
 */
public final class FailureText {

    private FailureText() {}

    /** Never throws, whatever the thrown object does when it is asked. */
    public static String of(Throwable thrown) {
        try {
            return words(thrown);
        } catch (RuntimeException | Error e) {
            return "a fault that cannot be described";
        }
    }

    private static String words(Throwable thrown) {
        if (thrown instanceof UncheckedIOException unchecked) {
            return words(unchecked.getCause());
        } else if (thrown instanceof FileSystemException refused) {
            return refused.getFile() + ": " + reason(refused);
        } else if (thrown instanceof IOException || thrown instanceof TeeException) {
            return thrown.getMessage() == null ? "no reason is known" : thrown.getMessage();
        }
        StackTraceElement[] trace = thrown.getStackTrace();
        return "a fault of a program, " + thrown.getClass().getName() + ": " + thrown.getMessage()
                + (trace.length == 0 ? "" : " (at " + trace[0] + ")");
    }

    private static String reason(FileSystemException refused) {
        if (refused instanceof NoSuchFileException) {
            return "there is no such file or folder";
        } else if (refused instanceof AccessDeniedException) {
            return "access is denied";
        } else if (refused instanceof FileAlreadyExistsException) {
            return "it exists already";
        } else if (refused instanceof NotDirectoryException) {
            return "it is no folder";
        } else if (refused instanceof DirectoryNotEmptyException) {
            return "it is not empty";
        } else if (refused instanceof FileSystemLoopException) {
            return "symbolic links lead round in a circle";
        }
        return refused.getReason() == null ? "no reason is known" : refused.getReason();
    }
}
