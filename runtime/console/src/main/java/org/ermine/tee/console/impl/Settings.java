// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What the start script says.
 *
 * @param property gives the value of a framework property, or null
 */
record Settings(UnaryOperator<String> property) {

    /** Followed by a number, from 1: a command line that is to be carried out. */
    private static final String COMMAND = "ermine.console.command.";
    /** Whether command lines come from the standard input. */
    private static final String INPUT = "ermine.console.input";
    /** How wide lines may be. */
    private static final String COLUMNS = "ermine.console.columns";
    /** The folder with the profile of the prompt. */
    private static final String HOME = "ermine.console.home";

    /** Whether commands are to be carried out, and no prompt is wanted. */
    boolean isScript() {
        return readsInput() || !commands().isEmpty();
    }

    List<String> commands() {
        List<String> commands = new ArrayList<>();
        for (String command; (command = property.apply(COMMAND + (commands.size() + 1))) != null; ) {
            commands.add(command);
        }
        return commands;
    }

    boolean readsInput() {
        return Boolean.parseBoolean(property.apply(INPUT));
    }

    String columns() {
        return property.apply(COLUMNS);
    }

    String home() {
        return property.apply(HOME);
    }
}
