// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.util.Optional;

/**
 * The Linux error numbers that the kernel's TEE subsystem would give for the same failure. They say that an operation
 * did not reach an object, or that its outcome is unknown; a {@link TeeResult} says what an object answered.
 */
public enum Errno {
    EINTR(4, TeeResult.ABORT),
    EBADF(9, TeeResult.UNAVAIL),
    ENOMEM(12, TeeResult.KMEM),
    EACCES(13, TeeResult.ERROR),
    EFAULT(14, TeeResult.INVALID),
    EBUSY(16, TeeResult.BUSY),
    ENODEV(19, TeeResult.DEFUNCT),
    EINVAL(22, TeeResult.INVALID),
    ENOSPC(28, TeeResult.NOSLOTS),
    ETIMEDOUT(110, TeeResult.TIMEOUT),
    ENOTSUPP(524, TeeResult.INVALID);

    private final int number;
    private final TeeResult result;

    Errno(int number, TeeResult result) {
        this.number = number;
        this.result = result;
    }

    /** The positive number, as in Linux' {@code errno.h}. */
    public int number() {
        return number;
    }

    /** The result that comes closest, for code that looks at results only. */
    public TeeResult result() {
        return result;
    }

    /** Finds the constant of a positive number. */
    public static Optional<Errno> of(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return Optional.of(errno);
            }
        }
        return Optional.empty();
    }
}
