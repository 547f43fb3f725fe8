// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

/**
 * A command failed, for a reason that the message tells in full: shells print it as it is, scripts catch it. Karaf's
 * console knows the name of the class and then logs no stack trace.
 */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message, null, false, false);
    }

    /** Gogo shows exceptions by this. */
    @Override
    public String toString() {
        return getMessage();
    }
}
