// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.ermine.tee.shell.text.Table;

/**
 * One call of a command, with arguments that fit its {@link CommandUsage}.
 *
 * @param command its name with the scope
 * @param flags the flags that were given, under all their names, with their values; a flag that takes none has an empty
 *     one
 */
public record Call(
        String command, CommandSession session, Console console, List<String> operands, Map<String, String> flags) {

    /** The flag for lists without an end. */
    public static final String ALL = "--all";

    /** How commands that list something describe it. */
    public static final String ALL_LINE = "-a, --all  show all, not only the first 100";

    /** Rows of a list that are shown unless all are asked for. */
    public static final int SHOWN = 100;

    public boolean has(String flag) {
        return flags.containsKey(flag);
    }

    /** The value of a flag; empty if it was not given. */
    public String value(String flag) {
        return flags.getOrDefault(flag, "");
    }

    /** How many rows of a list are asked for. */
    public int most() {
        return has(ALL) ? Integer.MAX_VALUE : SHOWN;
    }

    /** A table that takes as many rows as are asked for. */
    public Table table(String... titles) {
        return new Table(most(), titles);
    }

    /**
     * The failure of this call.
     *
     * @param message tells the reason
     * @param more paragraphs
     */
    public CommandException failure(String message, String... more) {
        List<String> paragraphs = new ArrayList<>(List.of(command + ": " + message));
        paragraphs.addAll(List.of(more));
        return CommandException.of(paragraphs, console.width());
    }
}
