// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The error numbers of the message format: those of Linux, positive. */
public final class FileErrno {

    public static final int NONE = 0;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    static final int ENAMETOOLONG = 36;
    static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    static final int EILSEQ = 84;
    public static final int EDQUOT = 122;

    private FileErrno() {}

    /** Returns the number that the type of the failure stands for; EIO if it stands for none. */
    public static int of(Exception failure) {
        int told = toldByType(failure);
        return told == NONE ? EIO : told;
    }

    static boolean isToldByType(Exception failure) {
        return toldByType(failure) != NONE;
    }

    private static int toldByType(Exception failure) {
        if (failure instanceof RefusedException refused) {
            return refused.errno();
        } else if (failure instanceof DiagnosedException diagnosed) {
            return diagnosed.errno();
        } else if (failure instanceof NoSuchFileException) {
            return ENOENT;
        } else if (failure instanceof AccessDeniedException) {
            return EACCES;
        } else if (failure instanceof FileAlreadyExistsException) {
            return EEXIST;
        } else if (failure instanceof DirectoryNotEmptyException) {
            return ENOTEMPTY;
        } else if (failure instanceof NotDirectoryException) {
            return ENOTDIR;
        } else if (failure instanceof ClosedByInterruptException) {
            return EINTR;
        } else if (failure instanceof InvalidPathException) {
            return EILSEQ;
        }
        return NONE;
    }
}
