// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

/** A handler service cannot be used; the message says why. */
public final class InvalidHandlerException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidHandlerException(String reason) {
        super(reason);
    }
}
