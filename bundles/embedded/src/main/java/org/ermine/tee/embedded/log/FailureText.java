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

    private static final int FRAMES = 8;

    private FailureText() {}

    /** Never throws, whatever the thrown object does when it is asked. */
    public static String of(Throwable thrown) {
        try {
            return words(thrown);
        } catch (Throwable e) {
            return "a fault that cannot be described";
        }
    }

    /**
     * What foreign code threw, for whoever wrote it, as in {@code java.lang.IllegalStateException: no disk (at
     * com.example.Files.write(Files.java:12))}, with up to {@value #FRAMES} frames. Never throws; where the thrown
     * object does when it is asked, its class is named.
     */
    public static String detailed(Throwable thrown) {
        String name = thrown.getClass().getName();
        try {
            return name + ": " + thrown.getMessage() + origin(thrown.getStackTrace());
        } catch (Throwable e) {
            return name;
        }
    }

    private static String origin(StackTraceElement[] trace) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(trace.length, FRAMES); i++) {
            text.append(i == 0 ? " (at " : ", ").append(trace[i]);
        }
        return trace.length == 0 ? "" : text.append(')').toString();
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
