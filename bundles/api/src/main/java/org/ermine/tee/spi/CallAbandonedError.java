// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

/**
 * The normal world has abandoned a call into the secure world: its time is over, its thread was interrupted, or its
 * context or device was closed, and the secure world went on calling back instead of returning. It is thrown by
 * {@link SecureCall#serveCallback}, also each time that this is called again.
 *
 * <p>A {@link SecureChannel} that runs on the caller's stack lets it pass, out of {@link SecureChannel#invoke}. The
 * secure world has no part in the call any more, and does not touch its buffers again. It is an {@code Error} so that
 * code of the secure world which catches exceptions and tries again does not keep the caller.
 */
public final class CallAbandonedError extends Error {

    private static final long serialVersionUID = 1L;

    /** @param message why the call was abandoned */
    public CallAbandonedError(String message) {
        super(message, null, false, false);
    }
}
