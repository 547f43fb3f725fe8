// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.util.Objects;
import java.util.Optional;

/**
 * An operation on a TEE failed. {@link #result()} is what the object or the transport answered; {@link #errno()} is
 * there when the operation never reached the object or its outcome is not known, and is the number the Linux TEE
 * subsystem gives for that failure. The message says what was wrong with which argument of which operation.
 */
public class TeeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int result;
    private final Errno errno;

    /** The object or the transport answered {@code result}. */
    public TeeException(TeeResult result, String message) {
        this(result, null, message, null);
    }

    /** The operation did not complete. */
    public TeeException(Errno errno, String message) {
        this(errno.result(), errno, message, null);
    }

    /** The operation did not complete because of {@code cause}. */
    public TeeException(Errno errno, String message, Throwable cause) {
        this(errno.result(), errno, message, cause);
    }

    /** The operation did not complete, and a more exact result than the errno's own is known. */
    public TeeException(TeeResult result, Errno errno, String message) {
        this(result, errno, message, null);
    }

    private TeeException(TeeResult result, Errno errno, String message, Throwable cause) {
        super(message, cause);
        this.result = Objects.requireNonNull(result, "result").code();
        this.errno = errno;
    }

    /** Never null, never {@link TeeResult#OK}. */
    public TeeResult result() {
        return TeeResult.of(result);
    }

    /** Empty when the invocation completed and the object itself reported the error. */
    public Optional<Errno> errno() {
        return Optional.ofNullable(errno);
    }
}
