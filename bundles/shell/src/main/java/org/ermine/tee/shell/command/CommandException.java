// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.util.List;
import java.util.stream.Collectors;
import org.ermine.tee.shell.text.BrokenText;
import org.ermine.tee.shell.text.Table;

/**
 * A command failed, for a reason that the message tells in full: shells print it as it is, scripts catch it. Karaf's
 * console knows the name of the class and then logs no stack trace.
 */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private CommandException(String message) {
        super(message, null, false, false);
    }

    /**
     * Shells print a failure as it is: so its lines are no longer than those of the console.
     *
     * @param width of a line, in characters
     */
    static CommandException of(List<String> paragraphs, int width) {
        return new CommandException(paragraphs.stream()
                .map(Table::printable)
                .flatMap(paragraph -> BrokenText.lines(paragraph, width).stream())
                .collect(Collectors.joining(System.lineSeparator())));
    }

    /** Gogo shows exceptions by this. */
    @Override
    public String toString() {
        return getMessage();
    }
}
