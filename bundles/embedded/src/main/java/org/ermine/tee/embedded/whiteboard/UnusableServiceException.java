// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

/** A service cannot be used; the message says why. */
public final class UnusableServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    public UnusableServiceException(String reason) {
        super(reason);
    }
}
